"""What the collaborative parts say of the items near a trail, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from recsys.recommend.alike import content_neighbours
from recsys.recommend.collaborative import NeighbourRecommender
from recsys.recommend.ease import EaseRecommender
from recsys.recommend.item_knn import ItemKnnConfig, ItemKnnRecommender
from recsys.recommend.items import ItemTable
from recsys.recommend.neighbours import Neighbours
from recsys.recommend.sequence import SequenceConfig, SequenceRecommender
from recsys.recommend.trail import Trail, Trails

Arrays = dict[str, NDArray[Any]]
Matrix = NDArray[np.float32]

CONTENT: Final = "content"
# Each part is one way of counting; none is chosen by hand, the weights are learnt over all.
PARTS: Final[Mapping[str, Callable[[], NeighbourRecommender]]] = {
    "sequence": SequenceRecommender,
    "session": lambda: SequenceRecommender(
        SequenceConfig(gap=1.0, backward=1.0, from_power=0.5, to_power=0.3)
    ),
    "forward": lambda: SequenceRecommender(SequenceConfig(window=20, gap=0.8, backward=0.0)),
    "backward": lambda: SequenceRecommender(
        SequenceConfig(window=20, gap=0.8, forward=0.0, backward=1.0)
    ),
    "next": lambda: SequenceRecommender(SequenceConfig(window=1, backward=0.0)),
    "cosine": lambda: ItemKnnRecommender(ItemKnnConfig("cosine")),
    "walk": lambda: ItemKnnRecommender(ItemKnnConfig("walk")),
    "ease": EaseRecommender,
}
# (part, decay of touches): a part is asked with the last touch foremost, and with all of them.
VOICES: Final = (
    ("sequence", 0.5),
    ("sequence", 0.85),
    ("session", 0.7),
    ("session", 1.0),
    ("forward", 0.5),
    ("forward", 0.8),
    ("backward", 0.5),
    ("backward", 0.8),
    ("next", 0.3),
    ("cosine", 0.6),
    ("cosine", 1.0),
    ("walk", 0.6),
    ("walk", 1.0),
    ("ease", 0.6),
    ("ease", 1.0),
    (CONTENT, 0.6),
    (CONTENT, 1.0),
)
POPULAR: Final = ("viewers", "lately")
COLUMNS: Final = tuple(f"{part} {decay}" for part, decay in VOICES) + POPULAR
# The span of the data is this many half-lives of what counts as lately.
HALF_LIVES: Final = 20.0


@dataclass(frozen=True, slots=True)
class Limits:
    """nearest: best rows by each voice that are looked at; popular: most popular ones besides."""

    nearest: int = 25
    popular: int = 25


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Fitted parts over n items.

    parts: by name; popular: float32 [n, 2], log viewers and log of what was touched lately;
    crowd: int64, the most popular rows.
    """

    parts: dict[str, Neighbours]
    popular: Matrix
    crowd: NDArray[np.int64]
    limits: Limits

    @classmethod
    def of(
        cls,
        items: ItemTable,
        trails: Trails,
        limits: Limits,
        content: Neighbours,
    ) -> Self:
        """Fit every part to the trails; `content` is the same whatever the trails are."""
        n, parts = len(items), {}
        for name, make in PARTS.items():
            part = make()
            part.learn(trails, n)
            parts[name] = part.neighbours
        counts = trails.counts(n)
        popular = np.log1p(np.stack([counts, lately(trails, n)], axis=1)).astype(np.float32)
        crowd = np.argsort(-counts, kind="stable")[: limits.popular]
        return cls({**parts, CONTENT: content}, popular, crowd, limits)

    def about(self, trail: Trail) -> tuple[NDArray[np.int64], Matrix]:
        """(rows, what is said of each): int64 [c], float32 [c, columns of COLUMNS].

        The rows are those that a voice puts among its nearest, and the most popular ones,
        without what is on the trail.
        """
        rows, said = self._said(trail)
        nearest = min(self.limits.nearest, len(rows))
        if nearest < len(rows):
            least = np.partition(said, len(rows) - nearest, axis=0)[len(rows) - nearest]
            keep = ((said >= least) & (said > 0)).any(axis=1)
            at = np.minimum(np.searchsorted(rows, self.crowd), len(rows) - 1)
            keep[at[rows[at] == self.crowd]] = True
            rows, said = rows[keep], said[keep]
        return rows, np.concatenate([said, self.popular[rows]], axis=1)

    def _said(self, trail: Trail) -> tuple[NDArray[np.int64], Matrix]:
        """(rows that any voice speaks of, what each says), without what is on the trail."""
        n = len(self.popular)
        heard = {name: part.of_rows(trail.rows) for name, part in self.parts.items()}
        spoken = np.zeros(n, dtype=np.bool_)
        spoken[self.crowd] = True
        for ids, _, _ in heard.values():
            spoken[ids] = True
        spoken[trail.rows] = False
        rows = np.flatnonzero(spoken)
        # Sums over these few rows instead of all n: with 100,000 items that is most of the time.
        # What is on the trail falls into one more place, which is cut off.
        place = np.full(n, len(rows), dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        where = {name: place[ids] for name, (ids, _, _) in heard.items()}
        said = np.empty((len(rows), len(VOICES)), dtype=np.float32)
        for column, (name, decay) in enumerate(VOICES):
            _, value, lengths = heard[name]
            weight = np.repeat(trail.weights(decay), lengths) * value
            said[:, column] = np.bincount(where[name], weight, minlength=len(rows) + 1)[:-1]
        return rows, said

    def arrays(self) -> Arrays:
        kept: Arrays = {"popular": self.popular, "crowd": self.crowd}
        for name, part in self.parts.items():
            kept |= part.arrays(f"{name}_")
        return kept

    @classmethod
    def restored(cls, arrays: Arrays, n: int, limits: Limits) -> Self:
        """From `arrays`. Raises ValueError when they do not hold together."""
        names = (*PARTS, CONTENT)
        parts = {name: Neighbours.restored(arrays, n, f"{name}_") for name in names}
        if arrays["popular"].shape != (n, len(POPULAR)):
            raise ValueError(f"popularity of {len(arrays['popular'])} items, {n} wanted")
        return cls(parts, arrays["popular"], arrays["crowd"], limits)


def features(trail: Trail, said: Matrix, popular: Matrix) -> Matrix:
    """float32 [c, f]: what is said, its share of the most said, and the moment.

    A voice's raw sum tells how sure it is, the share how the rows compare. Ranks by each voice
    beside them were tried: slower, and worse on held-out viewers (NDCG@10 of Amazon Beauty 0.0785
    for 0.0810, of MovieLens 100k 0.1403 for 0.1413).
    """
    voices = said[:, : len(VOICES)]
    share = voices / np.maximum(voices.max(axis=0, initial=0.0), 1e-9)
    last = popular[trail.rows[-1], 0]
    moment = np.full((len(said), 2), (len(trail), last), dtype=np.float32)
    return np.concatenate([said, share, moment], axis=1).astype(np.float32)


def lately(trails: Trails, n: int) -> NDArray[np.float64]:
    """float64 [n]: touches of each item, decayed by a half-life of 1 / HALF_LIVES of the span."""
    if not len(trails.ts):
        return np.zeros(n)
    age = trails.ts.max() - trails.ts
    weight = np.exp2(-age * HALF_LIVES / max(float(age.max()), 1.0))
    return np.bincount(trails.rows, weight, minlength=n).astype(np.float64)


def content_of(items: ItemTable) -> Neighbours:
    """Neighbours by text, fitted once for all fits over the same items."""
    return content_neighbours(items.vectors)
