"""Manners: no shop fact in them, so they may be said by rote."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.case import Case

WORDS = {
    "greet": "您好呀，欢迎来到直播间，想看哪款报链接号就行～",
    "thanks": "不客气，有问题随时喊我～",
    "goodbye": "好的，欢迎常来，拜拜～",
    "affirm": "好嘞～",
    "deny": "好的，没关系，有需要再喊我～",
    "chitchat": "哈哈，感谢陪伴，看中哪款就喊我～",
    "inform": "收到～想问哪一款，报一下链接号就行～",
}
OUT_OF_SCOPE = "这个我不太懂呢，我只会回答店里商品、订单和优惠的问题，看中哪款随时问我～"
SPAM = "直播间里不聊这个哦，想了解商品随时问我～"


def smalltalk(case: Case) -> Answer | None:
    """A friendly word, by intent."""
    return say(WORDS.get(case.question.intent, WORDS["chitchat"]), "smalltalk")


def out_of_scope(case: Case) -> Answer | None:
    """A polite no: the assistant answers for the shop, not for the world."""
    spam = case.question.intent == "spam"
    return say(SPAM if spam else OUT_OF_SCOPE, "out_of_scope")
