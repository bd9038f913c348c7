"""The answering actions: one class a row of the reply table, as rasa-sdk wants classes."""

from __future__ import annotations

from actions.case import Reply
from actions.replies.inform import inform
from actions.replies.table import REPLIES
from actions.shop_action import ShopAction


def _action(name: str, reply: Reply) -> type[ShopAction]:
    class_name = "".join(part.title() for part in name.split("_"))
    return type(class_name, (ShopAction,), {"action_name": name, "reply": reply})


# `inform` reads the table, so it cannot stand in it.
ANSWERING: dict[str, type[ShopAction]] = {
    name: _action(name, reply)
    for name, reply in {**REPLIES, "action_inform": Reply(rule=inform, faq=False)}.items()
}
