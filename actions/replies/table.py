"""Which action answers which intent, and from what: the table of the whole assistant."""

from __future__ import annotations

from collections.abc import Mapping

from actions import host
from actions.case import Reply
from actions.replies import (
    attributes,
    compare,
    coupon,
    link,
    orders,
    own,
    policy,
    price,
    recommend,
    size,
    smalltalk,
    stock,
)

REPLIES: Mapping[str, Reply] = {
    "action_price": Reply(fact=price.price, needs_product=True),
    "action_discount": Reply(fact=coupon.discount),
    "action_stock": Reply(fact=stock.stock, needs_product=True),
    "action_restock": Reply(fact=stock.restock, needs_product=True, unknown="restock"),
    "action_size": Reply(fact=size.size, needs_product=True),
    "action_spec": Reply(fact=attributes.spec, needs_product=True),
    "action_usage": Reply(fact=attributes.usage, needs_product=True),
    "action_suitability": Reply(fact=attributes.suitability, needs_product=True),
    "action_shipping": Reply(rule=policy.shipping),
    "action_return": Reply(rule=policy.policy("return")),
    "action_authenticity": Reply(rule=policy.policy("authenticity")),
    "action_warranty": Reply(fact=attributes.warranty, rule=policy.policy("warranty")),
    "action_how_to_buy": Reply(rule=policy.policy("how_to_buy")),
    "action_link": Reply(fact=link.link, rule=policy.policy("how_to_buy"), needs_product=True),
    "action_gift": Reply(fact=attributes.gift, rule=policy.policy("gift")),
    "action_compare": Reply(fact=compare.compare),
    "action_recommend": Reply(fact=recommend.recommend),
    "action_order_status": Reply(order=orders.order_status),
    "action_invoice": Reply(rule=policy.policy("invoice")),
    "action_live_schedule": Reply(rule=policy.policy("live_schedule")),
    "action_host_show": Reply(rule=host.host_show, unknown="host_show"),
    "action_buy": Reply(fact=link.buy, faq=False),
    "action_complaint": Reply(rule=host.complaint, unknown="complaint"),
    "action_human": Reply(rule=host.human, faq=False, unknown="ask_human"),
    "action_smalltalk": Reply(rule=smalltalk.smalltalk, faq=False),
    "action_out_of_scope": Reply(rule=smalltalk.out_of_scope, faq=False),
    "action_own_reply": Reply(rule=own.own_reply, unknown="unknown_question"),
    "action_faq": Reply(unknown="unknown_question"),
    "action_unknown": Reply(unknown="unknown_question"),
}

INTENT_ACTIONS: Mapping[str, str] = {
    "ask_price": "action_price",
    "ask_discount": "action_discount",
    "ask_stock": "action_stock",
    "ask_restock": "action_restock",
    "ask_size": "action_size",
    "ask_spec": "action_spec",
    "ask_usage": "action_usage",
    "ask_suitability": "action_suitability",
    "ask_shipping_time": "action_shipping",
    "ask_shipping_fee": "action_shipping",
    "ask_courier": "action_shipping",
    "ask_return": "action_return",
    "ask_authenticity": "action_authenticity",
    "ask_warranty": "action_warranty",
    "ask_how_to_buy": "action_how_to_buy",
    "ask_link": "action_link",
    "ask_gift": "action_gift",
    "ask_compare": "action_compare",
    "ask_recommend": "action_recommend",
    "ask_order_status": "action_order_status",
    "ask_invoice": "action_invoice",
    "ask_live_schedule": "action_live_schedule",
    "ask_host_show": "action_host_show",
    "buy_intent": "action_buy",
    "complaint": "action_complaint",
    "ask_human": "action_human",
    "greet": "action_smalltalk",
    "thanks": "action_smalltalk",
    "goodbye": "action_smalltalk",
    "affirm": "action_smalltalk",
    "deny": "action_smalltalk",
    "chitchat": "action_smalltalk",
    "inform": "action_inform",
    "spam": "action_out_of_scope",
    "out_of_scope": "action_out_of_scope",
    "faq": "action_faq",
    "nlu_fallback": "action_unknown",
}


def action_of(intent: str) -> str:
    """The action that answers this intent; an unheard-of one is not known."""
    return INTENT_ACTIONS.get(intent, "action_unknown")
