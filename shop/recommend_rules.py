"""The owner's rules about recommendations, as rows; what they mean is recsys.ranking's.

Whoever edits names the version that was on the screen, as with the FAQ.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from shop.bulk import affected, bump
from shop.bulk import revision as revision_of
from shop.errors import ChangedMeanwhile, ShopError
from shop.models import ProductRow, RecommendRuleRow, table_of
from shop.recommend_rule_draft import (
    BRAND,
    CATEGORY,
    HIDE,
    PIN,
    PRICE_MAX,
    PRICE_MIN,
    RULE_KINDS,
    SKU,
    RuleDraft,
    RuleInvalid,
)

# Above what one person keeps by hand; every list is compared with all of them.
MAX_RULES = 500
REVISION = "recommend"
_RULE, _PRODUCT = table_of(RecommendRuleRow), table_of(ProductRow)


class UnknownRule(ShopError):
    """No rule has this number."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; see RuleKind for what target and number mean."""

    pk: int
    kind: str
    target: str
    number: int
    enabled: bool
    note: str
    version: int
    updated_at: datetime


class RuleChanged(ChangedMeanwhile):
    """Somebody changed the rule meanwhile; `current` is what it is now."""

    current: Rule


class RuleThere(ChangedMeanwhile):
    """There is a rule of this kind about this target already; `current` is that one."""

    current: Rule


_COLUMNS = [_RULE.c[field.name] for field in fields(Rule)]


def all_rules(session: Session) -> list[Rule]:
    """Every rule: by kind, pins in their order, then as they were made."""
    return _load(session)


def get(session: Session, pk: int) -> Rule:
    """One rule; raises UnknownRule."""
    found = _load(session, _RULE.c.pk == pk)
    if not found:
        raise UnknownRule(str(pk))
    return found[0]


def revision(session: Session) -> int:
    """Grows at every change of a rule or of the weights."""
    return revision_of(session, REVISION)


def create(session: Session, draft: RuleDraft) -> Rule:
    """Store a new rule; raises RuleInvalid, RuleThere."""
    draft = draft.checked()
    # Before the checks: it also makes two writers on PostgreSQL come one after the other.
    bump(session, REVISION)
    if session.execute(select(func.count()).select_from(_RULE)).scalar_one() >= MAX_RULES:
        raise RuleInvalid("kind", f"最多 {MAX_RULES} 条规则，请先删掉用不着的")
    _fits(session, draft)
    values = {**_values(draft), "version": 1}
    pk = session.execute(insert(_RULE).values(values).returning(_RULE.c.pk)).scalar_one()
    return get(session, int(pk))


def edit(session: Session, pk: int, draft: RuleDraft, version: int) -> Rule:
    """Put the draft in place of this version.

    Raises RuleChanged, UnknownRule, RuleInvalid, RuleThere.
    """
    draft = draft.checked()
    bump(session, REVISION)
    _fits(session, draft, pk)
    statement = update(_RULE).where(_RULE.c.pk == pk, _RULE.c.version == version)
    if not affected(session, statement.values(version=version + 1, **_values(draft))):
        raise RuleChanged(get(session, pk))
    return get(session, pk)


def remove(session: Session, pk: int, version: int) -> None:
    """Forget this version of a rule; raises RuleChanged, UnknownRule."""
    if not affected(session, delete(_RULE).where(_RULE.c.pk == pk, _RULE.c.version == version)):
        raise RuleChanged(get(session, pk))
    bump(session, REVISION)


def _fits(session: Session, draft: RuleDraft, pk: int | None = None) -> None:
    """Raises where the target does not exist or another rule says the contrary."""
    rules = [rule for rule in all_rules(session) if rule.pk != pk]
    for rule in rules:
        if (rule.kind, rule.target) == (draft.kind, draft.target):
            raise RuleThere(rule)
    _known_target(session, draft)
    contrary = {PIN: HIDE, HIDE: PIN}.get(draft.kind)
    if any((rule.kind, rule.target) == (contrary, draft.target) for rule in rules):
        other = RULE_KINDS[str(contrary)].title
        raise RuleInvalid("target", f"这件商品已经有一条「{other}」，两条互相矛盾，请先删掉那一条")
    _price_order(rules, draft)


def _known_target(session: Session, draft: RuleDraft) -> None:
    column, missing = _TARGETS.get(RULE_KINDS[draft.kind].target, (None, ""))
    if column is None or not draft.target:
        return
    if session.execute(select(column).where(column == draft.target).limit(1)).first() is None:
        raise RuleInvalid("target", missing)


_TARGETS = {
    SKU: (_PRODUCT.c.sku, "店里没有这件商品"),
    CATEGORY: (_PRODUCT.c.category, "店里没有这个类目的商品"),
    BRAND: (_PRODUCT.c.brand, "店里没有这个品牌的商品"),
}


def _price_order(rules: list[Rule], draft: RuleDraft) -> None:
    limits = {rule.kind: rule.number for rule in rules} | {draft.kind: draft.number}
    if limits.get(PRICE_MIN, 0) > limits.get(PRICE_MAX, 2**63):
        raise RuleInvalid("number", "最低价比最高价还高，这样什么都推荐不了")


def _values(draft: RuleDraft) -> dict[str, object]:
    return {
        "kind": draft.kind,
        "target": draft.target,
        "number": draft.number,
        "enabled": draft.enabled,
        "note": draft.note,
        "updated_at": datetime.now(UTC),
    }


def _load(session: Session, *where: ColumnElement[bool]) -> list[Rule]:
    found = [Rule(*row) for row in session.execute(select(*_COLUMNS).where(*where))]
    kinds = list(RULE_KINDS)
    known = [rule for rule in found if rule.kind in RULE_KINDS]
    return sorted(known, key=lambda r: (kinds.index(r.kind), r.number * (r.kind == PIN), r.pk))
