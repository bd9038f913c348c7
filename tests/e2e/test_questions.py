"""A viewer's questions through the real web, the real Rasa and the real actions."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Chat, Running, said

pytestmark = pytest.mark.needs_rasa


def test_healthz_names_model_and_encoder(running: Running) -> None:
    status, body = running.call("GET", "/healthz")
    assert (status, body["status"]) == (200, "ok")
    assert body["model"]
    assert body["encoder"]


def test_price_by_link_number(chat: Chat) -> None:
    answer = chat("3号链接多少钱")
    assert answer["meta"]["intent"] == "ask_price"
    assert answer["meta"]["source"] == "product"
    assert any(b["type"] == "product_card" and b["link_no"] == 3 for b in answer["replies"])


def test_size_by_height_and_weight(chat: Chat) -> None:
    answer = chat("这个165 110斤穿什么码", sku="DRS-001")
    assert answer["meta"]["source"] == "size_chart"
    assert "建议" in said(answer)


def test_size_form_asks_one_thing_after_the_other(chat: Chat) -> None:
    first = chat("这条我穿多大码合适", sku="DRS-001")
    assert "身高" in said(first)
    second = chat("身高165", sku="DRS-001")
    assert "体重" in said(second)
    third = chat("110斤", sku="DRS-001")
    assert third["meta"]["source"] == "size_chart", third


def test_a_question_inside_the_form_is_answered(chat: Chat) -> None:
    chat("这条我穿多大码合适", sku="DRS-001")
    assert "3号链接现在" in said(chat("3号链接多少钱", sku="DRS-001"))


def test_recommendation_keeps_to_the_wish(chat: Chat) -> None:
    answer = chat("有没有适合油皮的面霜推荐")
    assert answer["meta"]["source"] == "recommend"
    cards = [b for b in answer["replies"] if b["type"] == "product_card"]
    assert cards
    assert all(card["reason"] for card in cards)


def test_order_status_asks_for_the_number(chat: Chat) -> None:
    assert "订单号" in said(chat("我的单发了吗"))


def test_coupons(chat: Chat) -> None:
    answer = chat("优惠券怎么领")
    assert answer["meta"]["intent"] in ("ask_discount", "faq")
    assert "券" in said(answer)


def test_a_coupon_card_comes_once_a_viewer(chat: Chat) -> None:
    cards = [
        block["code"]
        for text in ("1号有优惠券吗", "1号还能再给张优惠券不")
        for block in chat(text)["replies"]
        if block["type"] == "coupon_card"
    ]
    assert len(set(cards)) <= 1


def test_the_weather_is_none_of_our_business(chat: Chat) -> None:
    answer = chat("今天天气怎么样")
    assert answer["meta"]["source"] in ("out_of_scope", "handoff")
    assert "°" not in said(answer)
