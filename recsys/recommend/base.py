"""The contract of every recommender."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Self
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.query import Query, Recommendation
from recsys.recommend.reasons import ON_SHELF, from_question

Scores = NDArray[np.float64]
Rows = NDArray[np.int64]
Arrays = dict[str, NDArray[Any]]

FORMAT = 1
# Scores closer than this are ties, which the shelf order decides: matrix products over one query
# and over many differ in the last bits, and the order must not.
PRECISION = 6


class NotFitted(RuntimeError):
    """`recommend` or `save` before `fit` or `load`."""


class NoRecommender(RuntimeError):
    """A folder that holds no recommender, or one of another format."""


class Recommender(ABC):
    """Recommends items of one shop to one viewer at a time.

    A recommender says how well each item suits (`scores`) and why (`explain`). All that every
    recommender must keep is kept here, once: at most k, only what is in stock and listed, the
    constraints, what is excluded or already bought, ties, and viewers nothing is known of.

    Fitting
    -------
    `fit(items, interactions, now)` learns from an `ItemTable` and, where there is one, a frame of
    events (viewer, sku, ts[, event, value]); events on unknown items, without a time, or after
    `now` (default: the clock) are left out. Fitting twice on the same input gives the same model.
    It may take minutes: fit or load a new object and swap it in, rather than refitting one that
    serves.

    Recommending
    ------------
    `recommend(query, k)` gives at most k recommendations, best first, with scores that do not
    increase. It never gives an item that is sold out, off the shelf, excluded, or in breach of a
    constraint, and never raises for unknown items, viewers or an empty shop: it then gives what
    is left, perhaps `[]`. Items the viewer already touched come after the others, unless they
    asked a question. A viewer nothing is known of gets the shelf in order of link numbers, by a
    recommender that has nothing better for them. `recommend_batch` gives the same as one by one.

    Live changes
    ------------
    `restock` follows stock, status and price during a show, without refitting. It swaps the item
    table as a whole, so that a thread that is recommending keeps the one it began with.

    Saving
    ------
    `save(folder)` writes items.json, items.npz, model.json and model.npz: arrays and JSON, no
    pickle, so a folder can be loaded without being trusted. `Recommender.load(folder)` gives an
    object of the class that was saved.

    Writing a new one
    -----------------
    Set `kind` and, for settings, `config_type`; implement `_fit`, `scores`, `explain`, `_arrays`
    and `_restore`; add it to `tests/contracts/conftest.py`.
    """

    kind: ClassVar[str]
    config_type: ClassVar[type[Any] | None] = None
    config: Any = None
    _kinds: ClassVar[dict[str, type[Recommender]]] = {}
    _items: ItemTable | None = None

    def __init__(self, config: Any = None) -> None:
        """`config`: a frozen dataclass of class `config_type`, whose defaults hold without it."""
        self.config = config or (self.config_type() if self.config_type else None)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in vars(cls):
            Recommender._kinds[cls.kind] = cls

    @property
    def items(self) -> ItemTable:
        """The items as they stand now; NotFitted before there are any."""
        if self._items is None:
            raise NotFitted(f"{type(self).__name__} has not been fitted or loaded")
        return self._items

    def fit(
        self,
        items: ItemTable,
        interactions: pd.DataFrame | None = None,
        now: datetime | None = None,
    ) -> Self:
        """Learn; see the class. Raises BadInteractions when columns are missing."""
        self._fit(items, Interactions.of(interactions, items, now or datetime.now(UTC)))
        self._swap(items)
        return self

    def recommend(self, query: Query, k: int | None = None) -> list[Recommendation]:
        """At most k (default `query.k`) recommendations, best first; see the class."""
        k = query.k if k is None else k
        ranked = self.ranked(query, k)
        return self.shelf(query, k) if ranked is None else ranked

    def ranked(self, query: Query, k: int) -> list[Recommendation] | None:
        """What `recommend` gives by the scores alone, or None when there is nothing to go by."""
        items = self.items
        if k <= 0:
            return []
        candidates = self._candidates(items, query)
        if not len(candidates):
            return []
        scores = self.scores_among(query, candidates)
        if scores is None:
            return None
        key = self._ranking(items, query, scores, candidates)
        rows = _best(key, candidates[np.isfinite(key)[candidates]], items.place, k)
        reasons = self.explain(query, rows)
        return [
            Recommendation(items.skus[row], float(key[row]), reason)
            for row, reason in zip(rows, reasons, strict=True)
        ]

    def shelf(self, query: Query, k: int) -> list[Recommendation]:
        """The first k of what may be shown, by link number, then as the shop lists them."""
        items = self.items
        if k <= 0:
            return []
        rows = _first(items.place, self._candidates(items, query), k)
        return [Recommendation(items.skus[row], 0.0, _shelf(items, row, query)) for row in rows]

    def recommend_batch(
        self, queries: Sequence[Query], k: int | None = None
    ) -> list[list[Recommendation]]:
        """`recommend` for each query, in their order."""
        return [self.recommend(query, k) for query in queries]

    def restock(
        self,
        stock: Mapping[str, int] | None = None,
        status: Mapping[str, str] | None = None,
        price_fen: Mapping[str, int] | None = None,
    ) -> None:
        """Follow what changes during a show; unknown SKUs are ignored."""
        self._swap(self.items.with_stock(stock, status, price_fen))

    def save(self, folder: Path) -> None:
        """Write items and model into the folder, which is made when it is missing."""
        self.items.save(folder)
        self._save_model(folder)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises NoRecommender."""
        try:
            model = Recommender._load_model(folder, ItemTable.load(folder))
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise NoRecommender(f"no recommender in {folder}, train one: {error}") from error
        if not isinstance(model, cls):
            raise NoRecommender(f"{folder} holds a {model.kind} recommender, not {cls.__name__}")
        return model

    @abstractmethod
    def scores(self, query: Query) -> Scores | None:
        """float64 [n], higher is better; NaN where there is no opinion of an item.

        None when the query holds nothing to go by. Need not look at stock or constraints.
        """

    def scores_among(self, query: Query, rows: Rows) -> Scores | None:
        """`scores` when only these rows may be shown: elsewhere they need not be exact."""
        return self.scores(query)

    @abstractmethod
    def explain(self, query: Query, rows: Rows) -> list[str]:
        """One true Chinese sentence for each of these rows of the item table."""

    @abstractmethod
    def _fit(self, items: ItemTable, interactions: Interactions) -> None: ...

    @abstractmethod
    def _arrays(self) -> Arrays:
        """What `_restore` needs beside the items and the config."""

    @abstractmethod
    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        """Take up what `_arrays` gave; `folder` is for those that saved more."""

    def _swap(self, items: ItemTable) -> None:
        self._items = items

    def _candidates(self, items: ItemTable, query: Query) -> Rows:
        mask = items.available
        mask[items.known(query.exclude)] = False
        if query.hide_bought:
            mask[items.known(query.bought)] = False
        if query.on_air and not query.asks:
            mask[items.known((query.on_air,))] = False
        if query.constraints:
            mask = items.satisfying(query.constraints, mask)
        return np.flatnonzero(mask)

    def _ranking(self, items: ItemTable, query: Query, scores: Scores, candidates: Rows) -> Scores:
        """Scores as ranked: rounded, and what the viewer has touched below all the rest."""
        key: Scores = np.round(scores, PRECISION)
        touched = [] if query.asks else items.known([touch.sku for touch in query.history])
        if touched:
            rated = key[candidates]
            rated = rated[np.isfinite(rated)]
            key[touched] -= np.ptp(rated) + 1.0 if len(rated) else 0.0
        return key

    def _save_model(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "model.npz", allow_pickle=False, **self._arrays())
        config = {} if self.config_type is None else asdict(self.config)
        model = {"format": FORMAT, "kind": self.kind, "config": config}
        (folder / "model.json").write_text(json.dumps(model, ensure_ascii=False), "utf-8")

    @staticmethod
    def _load_model(folder: Path, items: ItemTable) -> Recommender:
        saved = json.loads((folder / "model.json").read_text("utf-8"))
        if saved["format"] != FORMAT:
            raise NoRecommender(f"{folder} is of format {saved['format']}, not {FORMAT}: retrain")
        kind = Recommender._kinds[saved["kind"]]
        model = kind(kind.config_type(**saved["config"])) if kind.config_type else kind()
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            model._restore(items, dict(arrays), folder)
        model._swap(items)
        return model


def _shelf(items: ItemTable, row: int, query: Query) -> str:
    return from_question(items, row, query.constraints) if query.constraints else ON_SHELF


def _best(key: Scores, rows: Rows, place: NDArray[np.int64], k: int) -> Rows:
    """The k rows of the highest key; among equals, those first on the shelf."""
    if len(rows) > k:
        held = key[rows]
        least = np.partition(held, len(rows) - k)[len(rows) - k]
        above = rows[held > least]
        # Popularity leaves most of a large shop at 0: sorting all those ties would take 20 ms.
        rows = np.append(above, _first(place, rows[held == least], k - len(above)))
    return rows[np.lexsort((place[rows], -key[rows]))]


def _first(place: NDArray[np.int64], rows: Rows, k: int) -> Rows:
    """The first k of these rows on the shelf, in its order."""
    if len(rows) > k:
        rows = rows[np.argpartition(place[rows], k)[:k]]
    return rows[np.argsort(place[rows])]
