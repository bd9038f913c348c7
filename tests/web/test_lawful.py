"""Every reply of a chat goes through the advertising-law filter."""

from __future__ import annotations

from typing import Any

import pytest

from shop import inbox
from shop.compliance import SHIPPED, rulebook
from tests.web.stand_in import Client, RasaStandIn
from web.channels.widget.connections import Connections
from web.keys import DATABASE
from web.lawful import LATER, lawful
from web.learning.keys import RECORDER

CARD = {"type": "product_card", "sku": "A1", "title": "最好的面霜", "price_fen": 100}


@pytest.mark.parametrize(
    ("block", "field", "said"),
    [
        ({"type": "text", "text": "我们最好"}, "text", "我们很好"),
        ({"type": "text", "text": "单独给您全网最低价", "private": True}, "text", "单独给您优惠价"),
        (CARD, "title", "很好的面霜"),
        ({**CARD, "title": "面霜", "reason": "销量第一"}, "reason", "销量靠前"),
        ({"type": "coupon_card", "code": "X", "title": "史上最低折扣"}, "title", "优惠价"),
        ({"type": "image", "url": "/a.png", "alt": "顶级面料"}, "alt", "优质面料"),
    ],
)
def test_a_claim_in_any_block_is_toned_down(block: dict[str, Any], field: str, said: str) -> None:
    (shown,) = lawful([block], SHIPPED).blocks
    assert shown[field] == said
    assert {**shown, field: ""} == {**block, field: ""}


def test_what_is_held_is_left_to_the_host_once_and_the_rest_is_said() -> None:
    held = {"type": "text", "text": "能治疗湿疹"}
    found = lawful([held, CARD, {**held, "text": "包治百病"}], SHIPPED)
    assert found.rule == "治疗功能"
    assert [block["type"] for block in found.blocks] == ["handoff", "product_card"]
    assert found.blocks[0]["text"] == LATER
    assert "治" not in str(found.blocks[0])


def test_buttons_with_a_claim_are_not_offered() -> None:
    items = [{"text": "多少钱"}, {"text": "最好的那款"}, {"text": "能治疗湿疹吗"}]
    (shown,) = lawful([{"type": "quick_replies", "items": items}], SHIPPED).blocks
    assert shown["items"] == [{"text": "多少钱"}]
    (alone,) = lawful([{"type": "quick_replies", "items": items[1:]}], SHIPPED).blocks
    assert alone["text"] == LATER


def test_the_owners_own_words_count() -> None:
    book = rulebook([("清仓", "特卖")], ["最好的面霜"])
    assert lawful([{"type": "text", "text": "清仓"}], book).blocks[0]["text"] == "特卖"
    assert lawful([CARD], book).blocks == [CARD]


async def test_a_held_reply_is_a_polite_line_and_waits_in_the_inbox_with_its_rule(
    client: Client, rasa: RasaStandIn
) -> None:
    rasa.replies = [{"type": "text", "text": "这款能治疗湿疹"}]
    response = await client.post("/api/chat", json={"text": "湿疹能用吗"})
    body = await response.json()
    assert body["replies"] == [{"type": "handoff", "reason": "compliance", "text": LATER}]
    assert body["meta"]["source"] == "handoff"
    await client.app[RECORDER].settle()
    with client.app[DATABASE].read() as session:
        (question,) = inbox.open_questions(session)
    assert (question.text, question.reason, question.rule) == (
        "湿疹能用吗", inbox.HANDED_OVER, "治疗功能",
    )  # fmt: skip


async def test_the_widget_gets_the_same_words(client: Client, rasa: RasaStandIn) -> None:
    rasa.replies = [{"type": "text", "text": "全网最低价"}]
    async with client.ws_connect("/ws/chat") as socket:
        await socket.send_json({"type": "hello"})
        await socket.send_json({"type": "message", "id": "m1", "text": "多少钱"})
        while (said := await socket.receive_json(timeout=10))["type"] != "reply":
            pass
    assert said["replies"] == [{"type": "text", "text": "优惠价"}]


async def test_an_offer_that_the_law_holds_is_not_sent() -> None:
    connections = Connections()
    assert await connections.push("v", [{"type": "text", "text": "能治疗湿疹"}]) == 0
