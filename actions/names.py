"""Intents, slots and sources: the labels that the Rasa domain and the replies share."""

from __future__ import annotations

from typing import Final

INTENTS: Final = (
    "ask_price",
    "ask_discount",
    "ask_stock",
    "ask_restock",
    "ask_size",
    "ask_spec",
    "ask_usage",
    "ask_suitability",
    "ask_shipping_time",
    "ask_shipping_fee",
    "ask_courier",
    "ask_return",
    "ask_authenticity",
    "ask_warranty",
    "ask_how_to_buy",
    "ask_link",
    "ask_gift",
    "ask_compare",
    "ask_recommend",
    "ask_order_status",
    "ask_invoice",
    "ask_live_schedule",
    "ask_host_show",
    "buy_intent",
    "complaint",
    "ask_human",
    "greet",
    "thanks",
    "goodbye",
    "affirm",
    "deny",
    "inform",
    "chitchat",
    "spam",
    "out_of_scope",
)

# Set by the answer gate, never trained.
GATE_INTENTS: Final = ("faq", "nlu_fallback")

ENTITIES: Final = (
    "link_no",
    "product",
    "size",
    "color",
    "height",
    "weight",
    "budget",
    "quantity",
    "skin_type",
    "order_no",
    "phone",
    "city",
)

SOURCES: Final = (
    "faq_exact",
    "faq_dated",
    "faq_product",
    "faq",
    "order",
    "product",
    "size_chart",
    "stock",
    "rule",
    "recommend",
    "coupon",
    "compare",
    "handoff",
    "smalltalk",
    "out_of_scope",
    "form",
)

LAST_SKU: Final = "last_sku"
PENDING_INTENT: Final = "pending_intent"
