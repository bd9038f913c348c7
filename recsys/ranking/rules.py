"""Business rules as data: what may be shown, what comes first, how many of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from recsys.ranking.candidates import Facts

# The key of a cap that holds for every category or brand without one of its own.
EVERY: Final = ""

SOLD_OUT, OFF_SHELF, HIDDEN, HIDDEN_CATEGORY = "sold_out", "off_shelf", "hide", "hide_category"
BOUGHT, NOT_DUE, TOO_CHEAP, TOO_DEAR = "bought", "due", "price_min", "price_max"
CATEGORY_CAP, BRAND_CAP, PIN = "category_cap", "brand_cap", "pin"


class BadRules(ValueError):
    """A cap below 1, days below 0, or a lambda outside 0..1."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner decided.

    pins: SKUs shown first, in this order, as far as they may be shown at all.
    hidden, hidden_categories: never shown.
    due_days: by category, days after which what was bought is used up; what was bought in another
        category is not shown again.
    category_caps, brand_caps: at most so many in one list, by name, EVERY for all others. They
        hold over pins too. What has no category or brand counts towards none.
    min_price_fen, max_price_fen: inclusive; an unknown price satisfies neither.
    variety: 0..1, how much unlikeness counts beside the score: 0 is the plain order (MMR's
        lambda is 1 - variety).
    """

    pins: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    hidden_categories: frozenset[str] = frozenset()
    due_days: Mapping[str, float] = field(default_factory=dict)
    category_caps: Mapping[str, int] = field(default_factory=dict)
    brand_caps: Mapping[str, int] = field(default_factory=dict)
    min_price_fen: int | None = None
    max_price_fen: int | None = None
    variety: float = 0.0

    def __post_init__(self) -> None:
        caps = (*self.category_caps.values(), *self.brand_caps.values())
        if any(cap < 1 for cap in caps) or any(days < 0 for days in self.due_days.values()):
            raise BadRules("caps are 1 and more, days 0 and more")
        if not 0.0 <= self.variety <= 1.0:
            raise BadRules(f"variety is 0 to 1, not {self.variety}")

    def refusal(self, one: Facts, bought_days: Mapping[str, float]) -> str | None:
        """The rule by which this item is not shown, or None."""
        if not one.listed:
            return OFF_SHELF
        if one.stock <= 0:
            return SOLD_OUT
        if one.sku in self.hidden:
            return HIDDEN
        if one.category in self.hidden_categories:
            return HIDDEN_CATEGORY
        return self._price_refusal(one) or self.owned_refusal(one, bought_days)

    def is_due(self, one: Facts, bought_days: Mapping[str, float]) -> bool:
        """Whether the viewer has bought it so long ago that it is used up."""
        days = self.due_days.get(one.category)
        return days is not None and bought_days[one.sku] >= days

    def _price_refusal(self, one: Facts) -> str | None:
        if self.min_price_fen is not None and (one.price_fen or 0) < self.min_price_fen:
            return TOO_CHEAP
        if self.max_price_fen is not None:
            known = one.price_fen is not None and one.price_fen <= self.max_price_fen
            return None if known else TOO_DEAR
        return None

    def owned_refusal(self, one: Facts, bought_days: Mapping[str, float]) -> str | None:
        """BOUGHT or NOT_DUE for what the viewer still has, or None."""
        if one.sku not in bought_days or self.is_due(one, bought_days):
            return None
        return NOT_DUE if one.category in self.due_days else BOUGHT


class Counted:
    """How many of each category and brand a list already has."""

    def __init__(self, rules: Rules) -> None:
        self._kinds = (
            (CATEGORY_CAP, rules.category_caps, dict[str, int]()),
            (BRAND_CAP, rules.brand_caps, dict[str, int]()),
        )
        # Most shops have no caps, and every place of a list asks of every candidate.
        self._none = not (rules.category_caps or rules.brand_caps)

    def refusal(self, one: Facts) -> str | None:
        """The cap that one more would break, or None."""
        if self._none:
            return None
        for name, (rule, caps, seen) in zip(_names(one), self._kinds, strict=True):
            cap = caps.get(name, caps.get(EVERY))
            if name and cap is not None and seen.get(name, 0) >= cap:
                return rule
        return None

    def add(self, one: Facts) -> None:
        """Count an item that was taken."""
        for name, (_, _, seen) in zip(_names(one), self._kinds, strict=True):
            seen[name] = seen.get(name, 0) + 1


def _names(one: Facts) -> tuple[str, str]:
    return one.category, one.brand
