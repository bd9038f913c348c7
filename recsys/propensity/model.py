"""The propensity model: from events and orders to the probability that a viewer buys soon."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import joblib
import numpy as np
import pandas as pd
import sklearn
from numpy.typing import NDArray

from recsys.clock import epoch
from recsys.evaluation import classification
from recsys.propensity.behaviour import BehaviourLog
from recsys.propensity.classifier import CalibratedClassifier, OneClassTarget, choose
from recsys.propensity.features import FEATURES, features, features_of_codes
from recsys.propensity.snapshots import Snapshots, sample

__all__ = [
    "FeatureMismatch",
    "ModelChanged",
    "NoModel",
    "NotTrained",
    "OneClassTarget",
    "PropensityConfig",
    "PropensityModel",
]

MODEL_FILE: Final = "model.joblib"
REPORT_FILE: Final = "report.json"


class NotTrained(RuntimeError):
    """`score` or `save` before `fit` or `load`."""


class NoModel(RuntimeError):
    """A folder that holds no model of this kind, or one made by another release."""


class ModelChanged(NoModel):
    """The model file is not the one that its report describes, so there is none to be used."""


class FeatureMismatch(ValueError):
    """Features other than those the model learned from."""


@dataclass(frozen=True, slots=True)
class PropensityConfig:
    """horizon_s: within which a purchase counts; per_viewer: moments learned from, at most.

    train_until, validate_until: shares of the moments, by time; the rest is the test.
    """

    horizon_s: float = 86_400.0
    per_viewer: int = 30
    train_until: float = 0.6
    validate_until: float = 0.8
    seed: int = 0


class PropensityModel:
    """Probability that a viewer begins a purchase within the horizon.

    Learning: moments are sampled just after events, labelled by what followed, and split by time,
    with a gap of one horizon before each border so that no label reaches into the next part.
    Candidates are fitted on the first part, chosen and calibrated on the second, and measured once
    on the third; the figures are in `report`. The same input gives the same model.

    Saving: a scikit-learn pipeline can only be pickled (joblib), and loading a pickle runs code.
    So `load` reads only a file whose SHA-256 is the one in the report beside it. That catches a
    mixed-up or damaged file; it does not make a folder safe which a stranger could write to.
    """

    def __init__(self, config: PropensityConfig | None = None) -> None:
        self.config = config or PropensityConfig()
        self.report: dict[str, Any] = {}
        self._classifier: CalibratedClassifier | None = None

    def fit(
        self,
        events: pd.DataFrame,
        orders: pd.DataFrame | None = None,
        now: datetime | None = None,
    ) -> Self:
        """Learn from the frames of shop.events and shop.orders, as far as `now` (the clock).

        Raises OneClassTarget when nobody, or everybody, bought; BadBehaviour for lacking columns.
        """
        log = BehaviourLog.of(events, orders, until=now or datetime.now(UTC))
        config = self.config
        moments = sample(log, config.horizon_s, config.per_viewer, config.seed)
        parts = split_by_time(moments, config)
        train, validation, test = (_table(log, part) for part in parts)
        self._classifier = choose(train, validation, config.seed)
        threshold = classification.best_threshold(
            validation[1], self._classifier.predict(validation[0])
        )
        measured = classification.report(test[1], self._classifier.predict(test[0]), threshold)
        self.report = self._describe(parts) | {"test": measured.as_json()}
        return self

    def score(self, features: pd.DataFrame | NDArray[np.float64]) -> NDArray[np.float64]:
        """float64 [n] in 0..1, for a frame with the columns FEATURES or an array [n, features].

        Raises FeatureMismatch.
        """
        return self._trained.predict(_checked(features))

    def score_viewers(
        self, log: BehaviourLog, viewers: Sequence[str], now: datetime
    ) -> NDArray[np.float64]:
        """float64 [n]: each viewer's score as of `now`; one the log lacks counts as new."""
        at = np.full(len(viewers), epoch(now))
        return self._trained.predict(features(log, viewers, at))

    @property
    def base_rate(self) -> float:
        """The share of the moments learned from that came before a purchase, 0..1.

        What is to be expected of a viewer of whom nothing is known.
        """
        moments, bought = self.report.get("moments") or {}, self.report.get("bought") or {}
        return float(sum(bought.values()) / max(1, sum(moments.values())))

    def save(self, folder: Path) -> None:
        """Write model.joblib, and report.json with its SHA-256."""
        buffer = io.BytesIO()
        joblib.dump(self._trained, buffer)
        self.report["sha256"] = hashlib.sha256(buffer.getvalue()).hexdigest()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MODEL_FILE).write_bytes(buffer.getvalue())
        report = json.dumps(self.report, ensure_ascii=False, indent=1, allow_nan=False)
        (folder / REPORT_FILE).write_text(report, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises NoModel or ModelChanged before anything is unpickled."""
        try:
            report = json.loads((folder / REPORT_FILE).read_text("utf-8"))
            content = (folder / MODEL_FILE).read_bytes()
            config = PropensityConfig(**report["config"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoModel(f"no propensity model in {folder}, train one: {error}") from error
        if hashlib.sha256(content).hexdigest() != report.get("sha256"):
            raise ModelChanged(f"{folder / MODEL_FILE} is not the file its report describes")
        if (report["features"], report["scikit_learn"]) != (list(FEATURES), sklearn.__version__):
            raise NoModel(f"{folder} was made by another release: train again")
        model = cls(config)
        model.report = report
        # The hash was checked above, so this is the file that the recorded training wrote.
        model._classifier = joblib.load(io.BytesIO(content))
        return model

    @property
    def _trained(self) -> CalibratedClassifier:
        if self._classifier is None:
            raise NotTrained("the propensity model has not been fitted or loaded")
        return self._classifier

    def _describe(self, parts: Sequence[Snapshots]) -> dict[str, Any]:
        chosen = self._trained
        names = ("train", "validation", "test")
        return {
            "config": asdict(self.config),
            "model": chosen.name,
            "calibration": chosen.calibration,
            "validation_log_loss": _without_nan(chosen.trials),
            "features": list(FEATURES),
            "scikit_learn": sklearn.__version__,
            "moments": {name: len(part) for name, part in zip(names, parts, strict=True)},
            "bought": {
                name: int(part.bought.sum()) for name, part in zip(names, parts, strict=True)
            },
        }


def split_by_time(
    moments: Snapshots, config: PropensityConfig
) -> tuple[Snapshots, Snapshots, Snapshots]:
    """Train, validation, test; moments whose label would reach into the next part are left out."""
    if not len(moments):
        return moments, moments, moments
    first, second = np.quantile(moments.at, [config.train_until, config.validate_until])
    return (
        moments.between(-np.inf, first - config.horizon_s),
        moments.between(first, second - config.horizon_s),
        moments.between(second, np.inf),
    )


def _table(log: BehaviourLog, part: Snapshots) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return features_of_codes(log, part.viewer, part.at), part.bought.astype(np.int64)


def _checked(given: pd.DataFrame | NDArray[np.float64]) -> NDArray[np.float64]:
    if isinstance(given, pd.DataFrame):
        if missing := [name for name in FEATURES if name not in given]:
            raise FeatureMismatch(f"features lack {', '.join(missing)}")
        given = given[list(FEATURES)].to_numpy(np.float64)
    if given.ndim != 2 or given.shape[1] != len(FEATURES):
        raise FeatureMismatch(f"features are {given.shape}, not [n, {len(FEATURES)}]")
    return given


def _without_nan(trials: dict[str, dict[str, float]]) -> dict[str, dict[str, float | None]]:
    return {
        name: {way: loss if np.isfinite(loss) else None for way, loss in losses.items()}
        for name, losses in trials.items()
    }
