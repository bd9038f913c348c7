"""The owner's rules and weights as recsys.ranking takes them, read anew when they have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from recsys.ranking import DEFAULT_STEPS, PARTS, Rules, Step, Weights
from recsys.ranking.steps import checked
from recsys.recommend.items import ItemTable
from shop import recommend_rules, recommend_setting
from shop.recommend_rule_draft import (
    BRAND_CAP,
    CATEGORY_CAP,
    DUE,
    HIDE,
    HIDE_CATEGORY,
    PIN,
    PRICE_MAX,
    PRICE_MIN,
    USUAL_DUE,
)
from shop.recommend_rules import Rule
from shop.recommend_setting import Limit, Setting

LIMITS = {kind.name: Limit(kind.title, kind.lowest, kind.highest) for kind in PARTS.values()}


@dataclass(frozen=True, slots=True)
class Policy:
    """What the owner decided, and the number of that decision."""

    rules: Rules
    weights: Weights
    steps: tuple[Step, ...]
    revision: int

    def for_items(self, items: ItemTable) -> Policy:
        """The same with the days to use up of each category of these items."""
        due = {kind: days for kind in items.kinds if (days := self._days(kind)) is not None}
        return replace(self, rules=replace(self.rules, due_days=due))

    def _days(self, category: str) -> float | None:
        if category in self.rules.due_days:
            return self.rules.due_days[category]
        return usual_days(category)


def usual_days(category: str) -> int | None:
    """Days to use up by the longest usual word that the category contains; None: it lasts."""
    words = [word for word in USUAL_DUE if word in category]
    return USUAL_DUE[max(words, key=len)] if words else None


class Policies:
    """The policy in force; for any thread."""

    def __init__(self) -> None:
        self._fitted: tuple[int, tuple[str, ...], Policy] | None = None

    def current(self, session: Session, items: ItemTable) -> Policy:
        """The policy as it stands, for these items."""
        revision = recommend_rules.revision(session)
        fitted = self._fitted
        if fitted and fitted[0] == revision and fitted[1] is items.kinds:
            return fitted[2]
        made = read(session, revision).for_items(items)
        self._fitted = (revision, items.kinds, made)
        return made


def read(session: Session, revision: int) -> Policy:
    """Out of the rows."""
    setting = recommend_setting.read(session)
    on = [rule for rule in recommend_rules.all_rules(session) if rule.enabled]
    return Policy(
        rules_of(on, setting.variety), Weights(dict(setting.weights)), steps_of(setting), revision
    )


def rules_of(on: Sequence[Rule], variety: float) -> Rules:
    """Rows that are enabled, as rules."""

    def named(kind: str) -> dict[str, int]:
        return {rule.target: rule.number for rule in on if rule.kind == kind}

    pins = sorted((rule for rule in on if rule.kind == PIN), key=lambda rule: rule.number)
    return Rules(
        pins=tuple(rule.target for rule in pins),
        hidden=frozenset(named(HIDE)),
        hidden_categories=frozenset(named(HIDE_CATEGORY)),
        due_days=dict(named(DUE)),
        category_caps=named(CATEGORY_CAP),
        brand_caps=named(BRAND_CAP),
        min_price_fen=named(PRICE_MIN).get(""),
        max_price_fen=named(PRICE_MAX).get(""),
        variety=variety,
    )


def steps_of(setting: Setting) -> tuple[Step, ...]:
    """The owner's ladder, or the usual one."""
    steps = tuple(Step(step.from_s, step.k, step.explore) for step in setting.steps)
    return checked(steps) if steps else DEFAULT_STEPS
