"""The further questions of one comment: 多少钱，包邮吗 gets both answers."""

from __future__ import annotations

import dataclasses

from actions.answer import Answer
from actions.case import Case
from actions.precedence import answer
from actions.question import FaqMatch, Further
from actions.replies.table import REPLIES, action_of

# Answered beside another question: a fact or a rule in one line. Those that open a form, hold
# something private or need the host wait until they are asked alone.
ANSWERED = frozenset(
    {
        "ask_price",
        "ask_stock",
        "ask_restock",
        "ask_spec",
        "ask_usage",
        "ask_suitability",
        "ask_shipping_time",
        "ask_shipping_fee",
        "ask_courier",
        "ask_return",
        "ask_authenticity",
        "ask_warranty",
        "ask_gift",
        "ask_invoice",
        "ask_live_schedule",
    }
)
MOST = 2


def with_further(case: Case, answered: Answer) -> Answer:
    """The answer with those to the comment's further questions after it.

    One that the shop has no answer to goes to the host like any other; a card already shown is
    not shown again.
    """
    if answered.source == "form":
        return answered  # the product has to be known first
    asked = [further for further in case.question.also if further.intent in ANSWERED]
    for further in asked[:MOST]:
        found = answer(_alone(case, further), REPLIES[action_of(further.intent)])
        if found.source != "form":
            shown = answered.blocks
            answered = answered.plus(*(block for block in found.blocks if block not in shown))
    return answered


def _alone(case: Case, further: Further) -> Case:
    """The clause as a question of its own, about the same product."""
    question = dataclasses.replace(
        case.question,
        text=further.text,
        intent=further.intent,
        confidence=further.confidence,
        faq=FaqMatch(),
        also=(),
    )
    return dataclasses.replace(case, question=question)
