"""Why a comment ended as it did: the codes in the outcome ledger, and what the owner reads.

One table. `stage` says where in the engine the decision falls; a question that was dropped at
"triage" was missed, one dropped at "admit" never was a question to answer.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Reason(NamedTuple):
    """One code: where it is decided, and its name in Chinese."""

    stage: str
    label: str


ADMIT, TRIAGE, UNDERSTAND, ANSWER = "admit", "triage", "understand", "answer"

DROPPED: Final[dict[str, Reason]] = {
    "empty": Reason(ADMIT, "空评论"),
    "too_long": Reason(ADMIT, "太长"),
    "binary": Reason(ADMIT, "乱码"),
    "wordless": Reason(ADMIT, "只有表情"),
    "repeated": Reason(ADMIT, "同一人刚发过"),
    "abuse": Reason(ADMIT, "辱骂"),
    "advert": Reason(ADMIT, "广告"),
    "contact": Reason(ADMIT, "留联系方式"),
    "flood": Reason(ADMIT, "刷屏"),
    "chatter": Reason(TRIAGE, "闲聊"),
    "buying_signal": Reason(TRIAGE, "下单意向"),
    "spam": Reason(TRIAGE, "垃圾信息"),
    "smalltalk": Reason(UNDERSTAND, "寒暄"),
    "buying_intent": Reason(UNDERSTAND, "下单意向"),
    "off_topic": Reason(UNDERSTAND, "与本店无关"),
    "unclear": Reason(UNDERSTAND, "听不懂，也不像提问"),
    "overload": Reason(ANSWER, "太忙，没轮到"),
}
# What nobody has taught the assistant yet.
UNKNOWN_QUESTION: Final = "unknown_question"
# Counted for the prompter: how many want what is on air.
INTEREST: Final = frozenset({"buying_signal", "buying_intent"})

ANSWERED: Final[dict[str, Reason]] = {
    "public": Reason(ANSWER, "已公开回答"),
    "private": Reason(ANSWER, "只答给本人"),
    "recent": Reason(ANSWER, "并入刚才的回答"),
    "same_question": Reason(ANSWER, "与他人同问"),
}
HANDED_OVER: Final[dict[str, Reason]] = {
    "unknown_fact": Reason(ANSWER, "店里没有这条信息"),
    UNKNOWN_QUESTION: Reason(ANSWER, "还没学会的问题"),
    "host_show": Reason(ANSWER, "想看展示"),
    "complaint": Reason(ANSWER, "投诉"),
    "ask_human": Reason(ANSWER, "找真人"),
    "restock": Reason(ANSWER, "问补货"),
    "assistant_down": Reason(ANSWER, "小助手离线"),
    "assistant_failed": Reason(ANSWER, "小助手没答上来"),
    "internal": Reason(ANSWER, "处理出错"),
}
# A held answer names the rule of the advertising law that holds it.
COMPLIANCE: Final = "compliance:"

# What an understood intent is, when it is nothing to answer in a room.
INTENT_DROPS: Final[dict[str, str]] = {
    "greet": "smalltalk",
    "thanks": "smalltalk",
    "goodbye": "smalltalk",
    "affirm": "smalltalk",
    "deny": "smalltalk",
    "chitchat": "smalltalk",
    "buy_intent": "buying_intent",
    "spam": "spam",
    "out_of_scope": "off_topic",
}
UNKNOWN_INTENT: Final = "nlu_fallback"
# The answer belongs to one viewer (an order, a coupon, a grievance, half a sentence that only
# makes sense after their last one): asked of Rasa for each, shown in the room once for all.
PERSONAL: Final = frozenset(
    {"ask_order_status", "ask_human", "complaint", "ask_discount", "inform"}
)
# What an intent of the owner's own with a fixed reply is like: the same words for everybody.
OWN_REPLY: Final = "own_reply"
# About the shop, whatever is on air: these need no product to be the same question.
SHOP_WIDE: Final = frozenset(
    {
        "ask_shipping_time",
        "ask_shipping_fee",
        "ask_courier",
        "ask_return",
        "ask_authenticity",
        "ask_how_to_buy",
        "ask_invoice",
        "ask_live_schedule",
        "ask_recommend",
        "ask_gift",
        "ask_compare",
        "ask_host_show",
        "faq",
        OWN_REPLY,
    }
)  # fmt: skip


def label(kind: str, code: str) -> str:
    """The Chinese name of a reason; an unheard-of code is shown as it is."""
    if code.startswith(COMPLIANCE):
        return "广告法：" + code.removeprefix(COMPLIANCE)
    for table in (HANDED_OVER, DROPPED, ANSWERED):
        if code in table:
            return table[code].label
    return code or kind
