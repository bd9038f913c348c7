"""A bare fact from the viewer (165 110斤, 红色的, 3号那个): what it answers."""

from __future__ import annotations

from actions.answer import Answer
from actions.case import Case
from actions.names import PENDING_INTENT
from actions.replies import attributes, orders, own, price, recommend, size, smalltalk, stock
from actions.replies.table import REPLIES, action_of


def inform(case: Case) -> Answer | None:
    """Finish what the assistant had asked back for, else read the fact for what it is about."""
    said = {entity["entity"] for entity in case.question.entities if "entity" in entity}
    pending = case.question.slots.get(PENDING_INTENT)
    if pending and case.product is not None and said & {"product", "link_no"}:
        reply = REPLIES.get(_action(case, str(pending)))
        found = reply.fact(case) if reply and reply.fact else None
        return found.remember(**{PENDING_INTENT: None}) if found else None
    for entities, answers in READINGS:
        if said & entities:
            found = answers(case)
            if found is not None:
                return found
    return smalltalk.smalltalk(case)


def _action(case: Case, intent: str) -> str:
    # The table knows the shipped intents; one of the owner's may ask back for a product as well.
    return own.own_action(case.session, intent) or action_of(intent)


READINGS = (
    (frozenset({"order_no"}), orders.order_status),
    (frozenset({"height", "weight"}), size.size),
    (frozenset({"color", "size"}), stock.stock),
    (frozenset({"skin_type"}), attributes.suitability),
    (frozenset({"budget"}), recommend.recommend),
    (frozenset({"product", "link_no"}), price.price),
)
