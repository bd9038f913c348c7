"""Publish: what of a reply may be shown in a room, and in which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shop import compliance
from web.rooms import wording

Block = dict[str, Any]
# Everything in a block that a viewer reads; a kind that is not listed is never shown in a room
# (quick_replies are buttons, and an overlay has none; coupon cards are always private).
SHOWN: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "handoff": ("text",),
    "product_card": ("title", "reason"),
}
_CARD_FACTS = ("type", "sku", "price_fen", "list_price_fen", "link_no", "image_url", "stock")


@dataclass(frozen=True, slots=True)
class Publication:
    """A reply, judged. `held` names the rule that holds it; then nothing of it is shown."""

    blocks: tuple[Block, ...]
    text: str
    private: bool  # part of the reply is for the viewer alone
    handoff: str | None  # the reason code, when the question goes to the host
    replaced: tuple[str, ...] = ()
    held: str | None = None

    @property
    def public(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.blocks) and self.held is None


def compose(replies: Sequence[Block]) -> Publication:
    """The public side of a reply, through the advertising-law filter."""
    blocks, replaced, holds = [], list[str](), list[str]()
    for block in replies:
        if block.get("private") or block.get("type") not in SHOWN:
            continue
        shown, hits, held = _checked(block)
        blocks.append(shown)
        replaced += hits
        holds += held
    return Publication(
        blocks=tuple(blocks),
        text="\n".join(words(blocks)),
        private=any(block.get("private") for block in replies),
        handoff=next((str(b.get("reason")) for b in replies if b.get("type") == "handoff"), None),
        replaced=tuple(dict.fromkeys(replaced)),
        held=holds[0] if holds else None,
    )


def words(blocks: Sequence[Block]) -> list[str]:
    """What the blocks say, for the ledger and for those who read only text."""
    return [
        str(block.get("text") or block.get("title") or "")
        for block in blocks
        if block.get("text") or block.get("title")
    ]


def _checked(block: Block) -> tuple[Block, list[str], list[str]]:
    facts = {name: block[name] for name in _CARD_FACTS if name in block}
    replaced, holds = list[str](), list[str]()
    for name in SHOWN[block["type"]]:
        if not block.get(name):
            continue
        verdict = compliance.check(str(block[name]), wording.current().book)
        facts[name] = verdict.text
        replaced += [hit.name for hit in verdict.replaced]
        holds += [hit.name for hit in verdict.holds]
    # To the room a handed-over question is one line of text like any other.
    if block["type"] == "handoff":
        facts["type"] = "text"
    return facts, replaced, holds
