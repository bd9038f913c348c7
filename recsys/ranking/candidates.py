"""What a recommender proposes, beside what the shop knows of each item right now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.recommend.items import UNKNOWN_PRICE, ItemTable
from recsys.recommend.query import Recommendation

UNKNOWN = float("nan")


@dataclass(frozen=True, slots=True)
class Facts:
    """One item as the shop has it at this moment: fresher than the fitted item table.

    price_fen, cost_fen: None where unknown. age_days: since it came into the shop, None where
    nobody noted it.
    """

    sku: str
    category: str = ""
    brand: str = ""
    price_fen: int | None = None
    cost_fen: int | None = None
    stock: int = 0
    listed: bool = True
    age_days: float | None = None

    @property
    def margin(self) -> float:
        """(price - cost) / price within -1..1; NaN where either is unknown."""
        if not self.price_fen or self.cost_fen is None:
            return UNKNOWN
        return max(-1.0, (self.price_fen - self.cost_fen) / self.price_fen)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n proposed items in the recommender's order, row i of every column the same item.

    reasons: the recommender's sentence for each.
    relevance: float64 [n], 1 for the first, falling evenly to 1/n for the last. Scores of
        recommenders are not comparable with each other, places are; so a weight keeps its meaning
        when the recommender is exchanged: one of 0.1 moves an item by at most a tenth of the list.
    vectors: float32 [n, d], of length 1, the mean of the n taken off; zeros where there is none.
    """

    facts: tuple[Facts, ...]
    reasons: tuple[str, ...]
    relevance: NDArray[np.float64]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.facts)

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKU of each row."""
        return tuple(one.sku for one in self.facts)

    @classmethod
    def of(
        cls,
        proposed: Sequence[Recommendation],
        items: ItemTable,
        facts: Mapping[str, Facts] | None = None,
    ) -> Candidates:
        """What was proposed; of an item proposed twice the first counts.

        With `facts`, an item that they do not hold is left out: the shop has it no more. Without,
        the item table's own columns stand in.
        """
        once = {one.sku: one for one in reversed(proposed) if one.sku in items.rows}
        kept = [one for one in dict.fromkeys(proposed) if once.get(one.sku) is one]
        if facts is not None:
            kept = [one for one in kept if one.sku in facts]
        known = facts or {one.sku: _of_table(items, items.rows[one.sku]) for one in kept}
        n = len(kept)
        return cls(
            facts=tuple(known[one.sku] for one in kept),
            reasons=tuple(one.reason for one in kept),
            relevance=1.0 - np.arange(n) / max(n, 1),
            vectors=_centred(items.vectors[[items.rows[one.sku] for one in kept]]),
        )


def _of_table(items: ItemTable, row: int) -> Facts:
    price = int(items.price_fen[row])
    return Facts(
        sku=items.skus[row],
        category=items.categories[row],
        brand=items.brands[row],
        price_fen=None if price == UNKNOWN_PRICE else price,
        stock=int(items.stock[row]),
        listed=bool(items.listed[row]),
    )


def _centred(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sentence vectors lie in a narrow cone: without its mean all items would look alike."""
    if not len(vectors):
        return vectors
    away = vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
    norms = np.linalg.norm(away, axis=1, keepdims=True)
    return np.where(norms > 1e-6, away / np.maximum(norms, 1e-6), 0.0).astype(np.float32)
