"""The shop's own rules, in the owner's words."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.case import Case, Rung
from shop import policies


def policy(*names: str) -> Rung:
    """A reply from these policies, joined; not known when the owner has written none."""

    def reply(case: Case) -> Answer | None:
        found = (policies.get_policy(case.session, name) for name in names)
        said = [words for words in found if words]
        return say(" ".join(said), "rule") if said else None

    return reply


# Postage, time and courier are asked in one breath, so the one asked for comes first.
SHIPPING = {
    "ask_shipping_time": policy("shipping_time"),
    "ask_shipping_fee": policy("shipping_fee"),
    "ask_courier": policy("courier"),
}


def shipping(case: Case) -> Answer | None:
    """The shipping rule that the intent asks for."""
    return SHIPPING.get(case.question.intent, policy("shipping_time"))(case)
