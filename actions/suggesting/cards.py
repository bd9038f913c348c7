"""A suggestion as reply blocks."""

from __future__ import annotations

from actions.blocks import Block, product_card
from actions.case import Case
from actions.suggesting.occasion import Occasion
from actions.suggesting.suggest import Suggestion
from shop import impressions


def cards(suggestion: Suggestion) -> list[Block]:
    """A card each, with its reason and the id that a tap sends back."""
    return [
        product_card(one.product, reason=one.shown.reason, shown=f"{suggestion.list}:{position}")
        for position, one in enumerate(suggestion.items)
    ]


def occasion_of(case: Case, place: str = impressions.REPLY) -> Occasion:
    """The occasion of a question; others read along in a room, so nothing personal shows there."""
    question = case.question
    return Occasion(
        viewer=question.viewer,
        now=case.now,
        place=place,
        personal=not question.in_room,
        room=question.room,
        on_air=question.on_air,
        page_sku=question.page_sku,
        stayed_s=question.stayed_s,
    )
