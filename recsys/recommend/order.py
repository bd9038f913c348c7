"""How the rows that the evidence speaks of are put in order: learnt, or by one voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol, Self

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from recsys.recommend.evidence import COLUMNS, Matrix
from recsys.recommend.lessons import Lessons

Arrays = dict[str, NDArray[Any]]

# Of LambdaMART: small trees that need many examples each, since positives are rare and noisy.
# One thread: sums in another order would give another model, and where serving keeps the cores
# busy two threads that wait for each other take several times as long as one.
BOOSTING: Final[dict[str, Any]] = {
    "objective": "lambdarank",
    "metric": "ndcg",
    "eval_at": [10],
    "lambdarank_truncation_level": 20,
    "learning_rate": 0.08,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "lambda_l2": 10.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
MOST_ROUNDS: Final = 400
PATIENCE: Final = 30


class Order(Protocol):
    """Puts rows in order by their features [c, f]."""

    def scores(self, x: Matrix) -> NDArray[np.float64]: ...

    def arrays(self) -> Arrays: ...


@dataclass(frozen=True, slots=True)
class OneVoice:
    """The order of a single column of the evidence."""

    column: int

    def scores(self, x: Matrix) -> NDArray[np.float64]:
        return x[:, self.column].astype(np.float64)

    def arrays(self) -> Arrays:
        return {"column": np.array(self.column)}


class Boosted:
    """LambdaMART (Burges, 2010) by LightGBM over all features."""

    def __init__(self, text: str) -> None:
        """`text`: what LightGBM writes. Raises ValueError when it cannot be read."""
        self._text = text
        try:
            self._booster = lgb.Booster(model_str=text)
        except lgb.basic.LightGBMError as error:
            raise ValueError(f"no LightGBM model: {error}") from error

    @classmethod
    def fit(cls, train: Lessons, test: Lessons, seed: int) -> Self:
        """Fit to `train` for as long as `test` gets better."""
        params = BOOSTING | {"seed": seed}
        known = _data(train)
        stop = lgb.early_stopping(PATIENCE, verbose=False)
        tried = lgb.train(
            params, known, MOST_ROUNDS, valid_sets=[_data(test, known)], callbacks=[stop]
        )
        return cls(tried.model_to_string(num_iteration=tried.best_iteration))

    def scores(self, x: Matrix) -> NDArray[np.float64]:
        return np.asarray(self._booster.predict(x, num_threads=1), dtype=np.float64)

    def arrays(self) -> Arrays:
        return {"boosted": np.frombuffer(self._text.encode(), dtype=np.uint8)}


def _data(lessons: Lessons, like: lgb.Dataset | None = None) -> lgb.Dataset:
    told = lessons.of_questions(lessons.answered)
    return lgb.Dataset(told.x, told.y.astype(np.int8), group=told.size, reference=like)


def best_voice(lessons: Lessons) -> tuple[OneVoice, float]:
    """The column that ranks best by itself, and its NDCG@10."""
    voices = [OneVoice(column) for column in range(len(COLUMNS))]
    measured = [lessons.ndcg(voice.scores(lessons.x)) for voice in voices]
    best = int(np.argmax(measured))
    return voices[best], measured[best]


def order_of(arrays: Arrays) -> Order:
    """From what `arrays` of an order gave."""
    if "boosted" in arrays:
        return Boosted(arrays["boosted"].tobytes().decode())
    return OneVoice(int(arrays["column"]))
