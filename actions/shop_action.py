"""The base of every custom action: tracker to question, question to answer, answer to blocks."""

from __future__ import annotations

import logging
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import desk as desks
from actions.also import with_further
from actions.answer import Answer
from actions.case import Case, Reply
from actions.desk import Desk
from actions.focus import product_in_question
from actions.issuing import with_coupon
from actions.names import LAST_SKU
from actions.precedence import answer
from actions.question import Question, from_tracker
from shop import handoff

logger = logging.getLogger(__name__)


class ShopAction(Action):  # type: ignore[misc]
    """One action: a name that Rasa knows and the reply that it gives."""

    # rasa-sdk registers every subclass that it can construct without arguments.
    action_name = ""
    reply = Reply()

    def name(self) -> str:
        """The name in the domain."""
        return self.action_name

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[EventType]:
        """Answer the latest comment: one message of blocks, and the slots to remember."""
        question = from_tracker(tracker.latest_message, tracker.slots, tracker.active_loop or {})
        desk = desks.current()
        answered, sku = respond(desk, question, self.reply)
        dispatcher.utter_message(json_message=message(question, answered))
        slots = {LAST_SKU: sku, **answered.slots} if sku else answered.slots
        return [SlotSet(name, value) for name, value in slots.items()]


def respond(desk: Desk, question: Question, reply: Reply) -> tuple[Answer, str | None]:
    """The answer and the SKU it was about; writes what the answer promises.

    Raises nothing of its own: errors of the database reach rasa-sdk and so the gateway.
    """
    with desk.database.read() as session:
        product = product_in_question(session, question)
        case = Case(question, product, session, desk, desk.clock())
        answered = with_further(case, answer(case, reply))
    sku = product.sku if product else None
    _tell_host(desk, question, answered, sku)
    desk.impressions.note(answered.impressions)
    return with_coupon(desk, question, product, answered), sku


def message(question: Question, answered: Answer) -> dict[str, Any]:
    """The one JSON message of an action: reply blocks and where they came from."""
    meta: dict[str, Any] = {
        "intent": question.intent,
        "confidence": round(question.confidence, 4),
        "source": answered.source,
    }
    if answered.faq_id:
        meta["faq_id"] = answered.faq_id
    return {"blocks": list(answered.blocks), "meta": meta}


def _tell_host(desk: Desk, question: Question, answered: Answer, sku: str | None) -> None:
    reasons = [block["reason"] for block in answered.blocks if block["type"] == "handoff"]
    # In a room the engine opens the item, once for all who ask the same.
    if not reasons or question.in_room:
        return
    with desk.database.begin() as session:
        handoff.open_item(
            session, question.room, question.viewer, question.intent, question.text, sku, reasons[0]
        )
