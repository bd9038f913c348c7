"""Forms: what still has to be asked before an answer, and the questions that ask it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import desk as desks
from actions.answer import Answer, say
from actions.case import Case, Reply
from actions.focus import product_in_question
from actions.question import from_tracker
from actions.replies.orders import has_orders
from actions.shop_action import ShopAction
from actions.which_product import call

HEIGHT_CM = (50.0, 230.0)
WEIGHT_KG = (2.0, 250.0)


def _ask_height(case: Case) -> Answer | None:
    about = call(case.product) if case.product else "这款"
    return say(f"{about}我帮您看尺码～您身高多少cm、体重多少斤呀？", "form")


def _ask_weight(case: Case) -> Answer | None:
    return say("体重大概多少斤呢？", "form")


def _ask_order_no(case: Case) -> Answer | None:
    return say("麻烦发一下订单号，我帮您查～", "form", private=True)


class AskHeight(ShopAction):
    """First question of the size form."""

    action_name = "action_ask_height"
    reply = Reply(rule=_ask_height, faq=False)


class AskWeight(ShopAction):
    """Second question of the size form."""

    action_name = "action_ask_weight"
    reply = Reply(rule=_ask_weight, faq=False)


class AskOrderNo(ShopAction):
    """The question of the order form."""

    action_name = "action_ask_order_no"
    reply = Reply(rule=_ask_order_no, faq=False)


class ValidateSizeForm(FormValidationAction):  # type: ignore[misc]
    """Asks height and weight only for a product that has a size chart."""

    def name(self) -> str:
        """The name in the domain."""
        return "validate_size_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> list[str]:
        """No slot where there is nothing to advise from: action_size then says so."""
        case_product = _case_product(tracker)
        return domain_slots if case_product is not None and case_product.sizes else []

    def validate_height(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """A height in cm that a person may have, else it is asked again."""
        return {"height": _within(value, HEIGHT_CM)}

    def validate_weight(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """A weight in kg that a person may have, else it is asked again."""
        return {"weight": _within(value, WEIGHT_KG)}


class ValidateOrderForm(FormValidationAction):  # type: ignore[misc]
    """Asks the order number only of viewers whose orders are not known."""

    def name(self) -> str:
        """The name in the domain."""
        return "validate_order_form"

    async def required_slots(
        self,
        domain_slots: list[str],
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> list[str]:
        """No slot for a viewer with orders (the newest is told), nor in a room (never told)."""
        question = from_tracker(tracker.latest_message, tracker.slots, tracker.active_loop or {})
        if question.in_room:
            return []
        desk = desks.current()
        with desk.database.read() as session:
            case = Case(question, None, session, desk, desk.clock())
            return [] if has_orders(case) else domain_slots


def _case_product(tracker: Tracker) -> Any:
    question = from_tracker(tracker.latest_message, tracker.slots, tracker.active_loop or {})
    with desks.current().database.read() as session:
        return product_in_question(session, question)


def _within(value: Any, limits: tuple[float, float]) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if limits[0] <= number <= limits[1] else None
