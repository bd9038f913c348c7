"""What is bought together: pairs of items with support, confidence and lift, out of real orders.

Agrawal, Imielinski, Swami: Mining association rules between sets of items, SIGMOD 1993; pairs
only, since a shop of one person has no support for more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from recsys import names
from recsys.mining.pairs import pair_rules

# Three buyers are the least of whom one may say "others bought it, too".
LEAST_BUYERS: Final = 3
# Below it the two are bought together no more often than by accident.
LEAST_LIFT: Final = 1.2
KEPT_PER_ITEM: Final = 20
# A buyer of more is a reseller: their pairs say nothing, and would be the square of them.
MOST_PER_BUYER: Final = 200
FORMAT: Final = 1


class NoPairs(RuntimeError):
    """A file that holds no pairs, or those of another format."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Of `total` buyers, `left_buyers` have bought left, `right_buyers` right, `both` both."""

    left: str
    right: str
    both: int
    left_buyers: int
    right_buyers: int
    total: int

    @property
    def support(self) -> float:
        """Share of all buyers who bought both."""
        return self.both / self.total

    @property
    def confidence(self) -> float:
        """Share of the buyers of `left` who also bought `right`."""
        return self.both / self.left_buyers

    @property
    def lift(self) -> float:
        """How many times as often as by accident: confidence over the share of buyers of right."""
        return self.both * self.total / (self.left_buyers * self.right_buyers)

    @property
    def turned(self) -> Pair:
        """The same two the other way round."""
        return Pair(
            self.right, self.left, self.both, self.right_buyers, self.left_buyers, self.total
        )


class CrossSell:
    """The pairs of a shop, looked up by the item that somebody is about to buy."""

    def __init__(self, pairs: Sequence[Pair] = ()) -> None:
        """`pairs` in both directions; see `mined`."""
        self.pairs = tuple(pairs)
        self._after: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            self._after.setdefault(pair.left, []).append(pair)
        for found in self._after.values():
            found.sort(key=_order)

    def after(self, sku: str) -> tuple[Pair, ...]:
        """What buyers of this item bought, too: the most usual first."""
        return tuple(self._after.get(sku, ()))

    def bundles(self) -> list[Pair]:
        """Each pair once, from the side that leads more surely to the other; the strongest first.

        By lift times the root of the buyers: a lift of ten from three buyers is worth less than
        one of five from thirty.
        """
        best: dict[frozenset[str], Pair] = {}
        for pair in self.pairs:
            key = frozenset((pair.left, pair.right))
            if key not in best or _order(pair) < _order(best[key]):
                best[key] = pair
        return sorted(best.values(), key=lambda p: (-p.lift * p.both**0.5, p.left, p.right))

    def save(self, file: Path) -> None:
        """Write JSON, the folder made when it is missing."""
        file.parent.mkdir(parents=True, exist_ok=True)
        said = {"format": FORMAT, "pairs": [asdict(pair) for pair in self.pairs]}
        file.write_text(json.dumps(said, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, file: Path) -> CrossSell:
        """Read what `save` wrote. Raises NoPairs."""
        try:
            said = json.loads(file.read_text("utf-8"))
            if said["format"] != FORMAT:
                raise NoPairs(f"{file} is of format {said['format']}, not {FORMAT}: fit anew")
            return cls([Pair(**pair) for pair in said["pairs"]])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NoPairs(f"no pairs in {file}: {error}") from error


def mined(
    bought: pd.DataFrame, least_buyers: int = LEAST_BUYERS, least_lift: float = LEAST_LIFT
) -> CrossSell:
    """Pairs out of purchases (columns viewer, sku; one row a purchase that was kept).

    A buyer counts once an item, however often they bought it. Both directions of a pair are
    kept, each item's KEPT_PER_ITEM most confident. An empty frame gives no pairs.
    """
    once = bought[[names.VIEWER, names.SKU]].dropna().drop_duplicates()
    size = once.groupby(names.VIEWER)[names.SKU].transform("size")
    once = once[size <= MOST_PER_BUYER]
    if once.empty:
        return CrossSell()
    buyers, _ = pd.factorize(once[names.VIEWER])
    columns, skus = pd.factorize(once[names.SKU], sort=True)
    found = pair_rules(buyers, columns, len(skus), least_buyers)
    found = found.where(found.lift >= least_lift)
    pairs: dict[str, list[Pair]] = {}
    for left, right, both in zip(found.left, found.right, found.together, strict=True):
        bought_by = (int(found.held[left]), int(found.held[right]), found.total)
        pair = Pair(str(skus[left]), str(skus[right]), int(both), *bought_by)
        pairs.setdefault(pair.left, []).append(pair)
    kept = [sorted(of_one, key=_order)[:KEPT_PER_ITEM] for of_one in pairs.values()]
    return CrossSell([pair for of_one in kept for pair in of_one])


def _order(pair: Pair) -> tuple[float, float, str]:
    return (-pair.confidence, -pair.lift, pair.right)
