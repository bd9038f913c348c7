"""The reply to an intent of the owner's own: read from the shop at each answer."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.case import Case
from shop import own_intents


def own_reply(case: Case) -> Answer | None:
    """What the owner wrote for this intent; None when it has been removed since training."""
    try:
        intent = own_intents.get(case.session, case.question.intent)
    except own_intents.UnknownOwnIntent:
        return None
    return say(intent.reply, "rule") if intent.reply else None
