"""The owner's own intents: what answers them is read from the shop at each answer."""

from __future__ import annotations

from sqlalchemy.orm import Session

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


def own_action(session: Session, intent: str) -> str:
    """The action that the owner chose for this intent; "" for a fixed reply, or none of theirs."""
    try:
        return own_intents.get(session, intent).action
    except own_intents.UnknownOwnIntent:
        return ""
