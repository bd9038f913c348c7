"""What the owner types as an intent, checked: its examples become training data."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from shop.errors import InvalidField

MIN_EXAMPLES, MAX_EXAMPLES = 5, 500
MAX_TITLE, MAX_EXAMPLE, MAX_REPLY = 50, 200, 2_000

# The actions that answer a question by themselves. Left out: action_faq and action_inform, which
# need what another component found, and action_unknown, which is no answer.
ACTIONS = (
    "action_price", "action_discount", "action_stock", "action_restock", "action_size",
    "action_spec", "action_usage", "action_suitability", "action_shipping", "action_return",
    "action_authenticity", "action_warranty", "action_how_to_buy", "action_link", "action_gift",
    "action_compare", "action_recommend", "action_order_status", "action_invoice",
    "action_live_schedule", "action_host_show", "action_buy", "action_complaint", "action_human",
    "action_smalltalk", "action_out_of_scope",
)  # fmt: skip

# One line of plain text in YAML. Everything that YAML or str.splitlines() takes for a line break,
# and what YAML refuses outright (controls, BOM, surrogates, noncharacters), is left out.
_PLAIN = re.compile(
    "[\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]*"
)
# Rasa reads [text](entity), [text]{"entity": …} and [text][{…}] as annotations.
_ANNOTATION = re.compile(r"\[[^\]]*\]\s*[(\[]|\{")


class OwnIntentInvalid(InvalidField):
    """An intent like this cannot be kept; `field` is that of OwnIntentDraft."""


@dataclass(frozen=True, slots=True)
class OwnIntentDraft:
    """One intent as the owner wants it; the shop adds name and version."""

    title: str
    examples: tuple[str, ...]
    reply: str = ""
    action: str = ""

    def checked(self) -> OwnIntentDraft:
        """The draft trimmed, each example once; raises OwnIntentInvalid with the first fault."""
        reply = self.reply.strip()
        _check_answer(reply, self.action)
        return replace(
            self, title=_title(self.title), examples=_examples(self.examples), reply=reply
        )


def _title(text: str) -> str:
    text = text.strip()
    if not text:
        raise OwnIntentInvalid("title", "名称不能为空")
    if len(text) > MAX_TITLE:
        raise OwnIntentInvalid("title", f"名称最多 {MAX_TITLE} 个字，现在有 {len(text)} 个")
    if not _PLAIN.fullmatch(text):
        raise OwnIntentInvalid("title", "名称里不能有换行或特殊控制字符")
    return text


def _examples(texts: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text for text in map(str.strip, texts) if text))
    for text in found:
        if fault := _fault(text):
            raise OwnIntentInvalid("examples", f"「{text[:20]}」{fault}")
    if not MIN_EXAMPLES <= len(found) <= MAX_EXAMPLES:
        reason = f"要有 {MIN_EXAMPLES} 到 {MAX_EXAMPLES} 条不同的例句，现在有 {len(found)} 条"
        raise OwnIntentInvalid("examples", reason)
    return found


def _fault(text: str) -> str:
    """What makes this no example, in the owner's words; "" when nothing does."""
    if len(text) > MAX_EXAMPLE:
        return f"太长，例句最多 {MAX_EXAMPLE} 个字"
    if text.startswith(("/", "／")):
        return "不能以斜杠开头"
    if not _PLAIN.fullmatch(text):
        return "里不能有换行或特殊控制字符，一行只写一句"
    if _ANNOTATION.search(text):
        return "里不能有 [ ]( ) 或 { 这样的标记"
    return ""


def _check_answer(reply: str, action: str) -> None:
    if bool(reply) == bool(action):
        raise OwnIntentInvalid("reply", "回答的话和自动功能，要选一个，也只能选一个")
    if action and action not in ACTIONS:
        raise OwnIntentInvalid("action", f"没有「{action}」这个自动功能")
    if len(reply) > MAX_REPLY:
        raise OwnIntentInvalid("reply", f"回答最多 {MAX_REPLY} 个字，现在有 {len(reply)} 个")
    if "\0" in reply:
        raise OwnIntentInvalid("reply", "回答里有空字符（NUL），请重新输入")
