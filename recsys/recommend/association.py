"""What is bought together: association rules between pairs of items, for cross-selling."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.mining.pairs import pair_rules
from recsys.names import PURCHASES
from recsys.recommend.base import Arrays, Recommender, Rows, Scores
from recsys.recommend.interactions import Interactions
from recsys.recommend.items import ItemTable
from recsys.recommend.neighbours import TOP, Neighbours
from recsys.recommend.query import Query
from recsys.recommend.reasons import ON_SHELF, from_orders, from_question
from recsys.recommend.trail import trail_of

RULE_COLUMNS: Final = ("sku", "also", "baskets", "support", "confidence", "lift")


@dataclass(frozen=True, slots=True)
class AssociationConfig:
    """basket_s: purchases of one viewer, each within this of the one before, are one basket.

    least: baskets that must hold both; least_lift: below which buying the one says nothing of the
    other. purchases: whether only purchases count, or every touch.
    """

    basket_s: float = 86_400.0
    least: int = 2
    least_lift: float = 1.0
    top: int = TOP
    purchases: bool = True


class AssociationRecommender(Recommender):
    """Rules X -> Y of Agrawal et al. (1993), for pairs.

    support = baskets of both / all baskets; confidence = baskets of both / baskets of X;
    lift = confidence / (baskets of Y / all baskets). An item's score is the highest confidence of
    a rule that leads to it from what the viewer touched or what is on air.
    """

    kind = "association"
    config_type = AssociationConfig
    config: AssociationConfig

    def scores(self, query: Query) -> Scores | None:
        scores, given = np.full(len(self.items), np.nan), self._given(query)
        for row in given:
            span = self._span(row)
            ids = self._rules.ids[span]
            scores[ids] = np.fmax(scores[ids], self._rules.value[span])
        if not np.isfinite(scores).any():
            return None
        scores[given] = np.fmax(scores[given], 0.0)
        return scores

    def explain(self, query: Query, rows: Rows) -> list[str]:
        items, given = self.items, self._given(query)
        if query.constraints:
            return [from_question(items, row, query.constraints) for row in rows]
        if not given:
            return [ON_SHELF] * len(rows)
        confidence, together = self.toward(np.array(given), rows)
        reasons = []
        for column, best in enumerate(np.argmax(confidence, axis=0)):
            count = int(together[best, column])
            reasons.append(from_orders(items, given[best], count) if count else ON_SHELF)
        return reasons

    def rules(self) -> pd.DataFrame:
        """One row a rule, by lift: sku, also, baskets, support, confidence, lift."""
        r, skus = self._rules, np.array(self.items.skus, dtype=object)
        row = np.repeat(np.arange(len(r)), np.diff(r.start))
        frame = pd.DataFrame(
            {
                "sku": skus[row],
                "also": skus[r.ids],
                "baskets": r.together,
                "support": r.together / max(self._baskets, 1),
                "confidence": r.value.astype(np.float64),
                "lift": r.value * self._baskets / np.maximum(self._held[r.ids], 1),
            },
            columns=list(RULE_COLUMNS),
        )
        return frame.sort_values(["lift", "baskets"], ascending=False, ignore_index=True)

    def toward(self, given: Rows, rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """(confidence, baskets of both) of the rules from each given to each row, [l, k] both."""
        return self._rules.toward(given, rows)

    def _given(self, query: Query) -> list[int]:
        trail, _ = trail_of(self.items, query)
        air = self.items.known((query.on_air,)) if query.on_air else []
        return [*trail.rows.tolist(), *air]

    def _span(self, row: int) -> slice:
        return slice(self._rules.start[row], self._rules.start[row + 1])

    def _fit(self, items: ItemTable, interactions: Interactions) -> None:
        n, c = len(items), self.config
        found = pair_rules(*_baskets(interactions, c), n, c.least)
        found = found.where(found.lift > c.least_lift)
        pairs = (found.left, found.right)
        counted = sp.csr_matrix((found.together, pairs), shape=(n, n))
        trusted = sp.csr_matrix((found.confidence, pairs), shape=(n, n))
        self._rules = Neighbours.of(trusted, counted, c.top)
        self._held, self._baskets = found.held, found.total

    def _arrays(self) -> Arrays:
        return self._rules.arrays() | {"held": self._held, "baskets": np.array(self._baskets)}

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None:
        self._rules = Neighbours.restored(arrays, len(items))
        self._held, self._baskets = arrays["held"], int(arrays["baskets"])


def _baskets(
    seen: Interactions, config: AssociationConfig
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(basket, item) of each purchase: a viewer's, without a longer pause than a basket's."""
    wanted = np.isin(seen.event, list(PURCHASES)) if config.purchases else seen.weight > 0
    keep = np.flatnonzero(wanted)
    keep = keep[np.argsort(seen.viewer[keep], kind="stable")]
    viewer, ts = seen.viewer[keep], seen.ts[keep]
    begins = np.ones(len(keep), dtype=np.bool_)
    begins[1:] = (viewer[1:] != viewer[:-1]) | (np.diff(ts) > config.basket_s)
    return np.cumsum(begins) - 1, seen.item[keep]
