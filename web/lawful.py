"""A chat's reply blocks through the advertising-law filter: everything that a viewer reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shop.compliance import Rulebook, check

Block = dict[str, Any]
# What of a block is read; buttons are apart, since what is on one is also what it sends.
READ: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text",),
    "handoff": ("text",),
    "product_card": ("title", "reason"),
    "coupon_card": ("title",),
    "image": ("alt",),
}
LATER: Final = "亲，这个问题稍后由主播回答您～"


@dataclass(frozen=True, slots=True)
class Lawful:
    """The blocks as they may be shown; `rule` names what holds a part of them back."""

    blocks: list[Block]
    rule: str | None = None


def lawful(blocks: Sequence[Block], book: Rulebook) -> Lawful:
    """Claims toned down; what no rewording makes true is left to the host, in one polite line."""
    shown: list[Block] = []
    rule: str | None = None
    for block in blocks:
        passed, holding = _judged(block, book)
        if holding is None:
            shown += passed
        elif rule is None:
            rule = holding
            shown.append(_later())
    return Lawful(shown or [_later()], rule)


def _later() -> Block:
    return {"type": "handoff", "reason": "compliance", "text": LATER}


def _judged(block: Block, book: Rulebook) -> tuple[list[Block], str | None]:
    """The block as it may be shown, or the name of the rule that holds it."""
    if block.get("type") == "quick_replies":
        items = list(_harmless(block.get("items") or (), book))
        return ([{**block, "items": items}] if items else []), None
    passed = dict(block)
    for name in READ.get(str(block.get("type")), ()):
        if not block.get(name):
            continue
        verdict = check(str(block[name]), book)
        if verdict.held:
            return [], verdict.holds[0].name
        passed[name] = verdict.text
    return [passed], None


def _harmless(items: Sequence[Any], book: Rulebook) -> Iterator[Any]:
    for item in items:
        verdict = check(str(item.get("text", "")), book)
        if not verdict.held and not verdict.replaced:
            yield item
