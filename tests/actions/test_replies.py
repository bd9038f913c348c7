"""What each action answers, from the small shop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shop import coupons, handoff, own_intents
from shop.database import Database
from shop.own_intent_draft import OwnIntentDraft
from tests.actions.conftest import Ask, words

CASES: tuple[tuple[str, str, dict[str, Any], str, str], ...] = (
    ("3号链接多少钱", "ask_price", {"link_no": 3}, "product", "3号链接现在169元"),
    ("99号链接多少钱", "ask_price", {"link_no": 99, "on_air": "C1"}, "form", "没有99号链接"),
    ("两件多少", "ask_price", {"on_air": "C1", "quantity": 2}, "product", "2件一共198元"),
    ("这条呢", "ask_price", {"on_air": "D1"}, "product", "169元"),
    ("围巾多少", "ask_price", {"product": "O1"}, "product", "下架"),
    ("红色有吗", "ask_stock", {"on_air": "D1", "color": "红色"}, "stock", "还剩5件"),
    ("白的呢", "ask_stock", {"on_air": "D1", "color": "白色"}, "stock", "卖完"),
    ("有绿的没", "ask_stock", {"on_air": "D1", "color": "绿色"}, "stock", "没有绿色"),
    ("草帽还有吗", "ask_stock", {"product": "G1"}, "stock", "卖完"),
    ("啥时候补", "ask_restock", {"on_air": "C1"}, "stock", "现在就有货"),
    ("165 110", "ask_size", {"on_air": "D1", "height": 165, "weight": 55.0}, "size_chart",
     "建议M码"),
    ("200 200", "ask_size", {"on_air": "D1", "height": 200, "weight": 100.0}, "size_chart",
     "没有合适"),
    ("什么面料", "ask_spec", {"on_air": "D1"}, "product", "100%棉"),
    ("咋洗", "ask_usage", {"on_air": "D1"}, "product", "冷水手洗"),
    ("油皮能用不", "ask_suitability", {"on_air": "C1", "skin_type": "油皮"}, "product",
     "油皮可以用"),
    ("敏感肌呢", "ask_suitability", {"on_air": "C1", "skin_type": "敏感肌"}, "product",
     "不太适合敏感肌"),
    ("啥时候发", "ask_shipping_time", {}, "rule", "当天发货"),
    ("包邮吗", "ask_shipping_fee", {}, "rule", "满59元包邮"),
    ("保修吗", "ask_warranty", {"on_air": "C1"}, "product", "开封一年"),
    ("3和5哪个好", "ask_compare", {"link_no": 3, "on_air": "C1"}, "compare", "控油保湿面霜"),
    ("链接在哪", "ask_link", {"on_air": "D1"}, "product", "3号链接"),
    ("要了", "buy_intent", {"on_air": "D1"}, "product", "3号链接就能拍"),
    ("帽子要一个", "buy_intent", {"product": "G1"}, "stock", "没货"),
    ("你好", "greet", {}, "smalltalk", "您好"),
    ("今天天气怎么样", "out_of_scope", {}, "out_of_scope", "不太懂"),
    ("我的单发了吗", "ask_order_status", {"viewer": "alice"}, "order", "中通单号ZT1"),
    ("20261120001", "ask_order_status", {"order_no": "20261120001"}, "order", "已发出"),
    ("转一圈", "ask_host_show", {"on_air": "D1"}, "handoff", "提醒主播"),
    ("太差了", "complaint", {}, "handoff", "抱歉"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "given", "source", "said"), CASES)
def test_answers(
    ask: Ask, text: str, intent: str, given: dict[str, Any], source: str, said: str
) -> None:
    answer = ask(text, intent, **given)
    assert (answer.source, said in words(answer)) == (source, True), words(answer)


@pytest.mark.parametrize(
    ("text", "intent"),
    [("什么成分", "ask_spec"), ("多重", "ask_spec"), ("怎么用", "ask_usage")],
)
def test_an_unknown_fact_is_handed_to_the_host_not_invented(
    ask: Ask, database: Database, text: str, intent: str
) -> None:
    answer = ask(text, intent, on_air="P1")
    assert answer.source == "handoff"
    with database.read() as session:
        assert [(item.text, item.reason) for item in handoff.open_items(session)] == [
            (text, "unknown_fact")
        ]


def test_an_asked_attribute_that_is_absent_is_not_answered_by_another(ask: Ask) -> None:
    # The dress has 材质, but nobody wrote its weight.
    assert ask("多重啊", "ask_spec", on_air="D1").source == "handoff"


def test_order_status_is_private_and_a_stranger_gets_no_tracking_number(ask: Ask) -> None:
    answer = ask("查下", "ask_order_status", order_no="20261120001", viewer="mallory")
    assert all(block.get("private") for block in answer.blocks)
    assert "ZT1" not in words(answer)
    tail = ask("尾号0001", "ask_order_status", order_no="0001", viewer="mallory")
    assert "没有查到" in words(tail)


def test_in_a_room_order_facts_stay_private(ask: Ask) -> None:
    answer = ask("我的单呢", "ask_order_status", viewer="alice", channel="room")
    public = [block for block in answer.blocks if not block.get("private")]
    assert public
    assert "ZT1" not in str(public)
    assert "20261120001"[-4:] not in str(public)


def test_asking_for_a_discount_gives_one_private_coupon_once(ask: Ask, database: Database) -> None:
    first = ask("有券吗", "ask_discount", on_air="D1")
    again = ask("再来一张", "ask_discount", on_air="D1")
    cards = [b for a in (first, again) for b in a.blocks if b["type"] == "coupon_card"]
    assert [card["private"] for card in cards] == [True, True]
    assert cards[0]["code"] == cards[1]["code"]
    with database.read() as session:
        assert coupons.usage(session, "DRESS20").issued == 1


def test_no_coupon_below_the_margin_and_an_honest_no(ask: Ask, database: Database) -> None:
    answer = ask("便宜点", "ask_discount", on_air="C1")
    assert "没有能用的券" in words(answer)
    assert all(block["type"] != "coupon_card" for block in answer.blocks)


def test_in_a_room_a_coupon_is_only_hinted_at(ask: Ask, database: Database) -> None:
    answer = ask("有券吗", "ask_discount", on_air="D1", channel="room")
    assert [block["type"] for block in answer.blocks] == ["text"]
    with database.read() as session:
        assert coupons.usage(session, "DRESS20").issued == 0


OWN = OwnIntentDraft("便宜吗", ("贵不贵呀", "价位咋样", "是不是很贵", "划算不", "肉疼吗"))


def own_intent(database: Database, **answer: str) -> str:
    with database.begin() as session:
        return own_intents.create(session, replace(OWN, **answer)).name


def test_an_own_intent_says_what_the_shop_holds_now(ask: Ask, database: Database) -> None:
    name = own_intent(database, reply="不贵的呀")
    answer = ask("贵不贵", name, action="action_own_reply")
    assert (answer.source, words(answer)) == ("rule", "不贵的呀")
    with database.begin() as session:
        own_intents.remove(session, name, 1)
    assert ask("贵不贵", name, action="action_own_reply").source == "handoff"


def test_the_product_asked_back_for_finishes_an_own_intent(ask: Ask, database: Database) -> None:
    """An own intent with an action of ours asks "which product?", too."""
    name = own_intent(database, action="action_spec")
    first = ask("什么料子呀", name, action="action_spec")
    assert first.slots["pending_intent"] == name
    answer = ask("3号什么材质", "inform", link_no=3, slots=first.slots)
    assert "100%棉" in words(answer)
    assert answer.slots["pending_intent"] is None
