"""What an action says: blocks, where the fact came from, and what to remember."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from actions.blocks import Block, handoff, text
from shop.impressions import Impression


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply. `source` is one of names.SOURCES; `slots` are set in the tracker."""

    blocks: tuple[Block, ...]
    source: str
    faq_id: str | None = None
    slots: dict[str, Any] = field(default_factory=dict)
    # A campaign to issue a coupon from, once the reading is done: issuing writes.
    campaign_id: str | None = None
    # What was recommended in it, to be kept once the answer has won.
    impressions: tuple[Impression, ...] = ()

    def plus(self, *blocks: Block) -> Answer:
        """The same answer with more blocks after it."""
        return dataclasses.replace(self, blocks=self.blocks + blocks)

    def remember(self, **slots: Any) -> Answer:
        """The same answer, with slots to set."""
        return dataclasses.replace(self, slots={**self.slots, **slots})


def say(message: str, source: str, *, private: bool = False) -> Answer:
    """An answer of one line."""
    return Answer((text(message, private=private),), source)


def hand_over(reason: str, message: str) -> Answer:
    """An honest "not known": the base action opens an item for the host from it."""
    return Answer((handoff(reason, message),), "handoff")
