"""Recommend, compare and cross-sell as replies: cards with reasons, and what is kept of them."""

from __future__ import annotations

from actions.desk import Desk
from shop import catalogue, impressions
from tests.actions.conftest import Ask
from tests.actions.conftest import words as said


def cards(answer: object) -> list[dict[str, object]]:
    blocks = answer.blocks  # type: ignore[attr-defined]
    return [block for block in blocks if block["type"] == "product_card"]


def test_a_recommendation_is_kept_with_its_chance_when_it_is_given(ask: Ask, desk: Desk) -> None:
    answer = ask("有没有护肤品，100以内的", "ask_recommend", viewer="carol")
    shown = cards(answer)
    assert answer.source == "recommend"
    assert 1 <= len(shown) <= 3
    assert all(card["reason"] for card in shown)
    desk.close()
    with desk.database.read() as session:
        kept = impressions.of_viewer(session, "carol")
    assert [one.sku for one in kept] == [card["sku"] for card in shown]
    assert [f"{one.list}:{one.position}" for one in kept] == [card["shown"] for card in shown]
    assert {one.place for one in kept} == {"reply"}
    assert {one.propensity for one in kept} == {1.0}


def test_a_room_reads_nothing_of_what_a_viewer_bought(ask: Ask) -> None:
    wish = ("有没有连衣裙", "ask_recommend")
    own = ask(*wish, viewer="alice")
    assert "D1" not in [card["sku"] for card in cards(own)]
    # Left out, it would tell the room that alice has one.
    read_along = ask(*wish, viewer="alice", channel="room")
    assert [card["sku"] for card in cards(read_along)] == ["D1"]
    strangers = ask(*wish, viewer="bob", channel="room")
    assert [card["reason"] for card in cards(read_along)] == [
        card["reason"] for card in cards(strangers)
    ]
    assert not any(block.get("private") for block in read_along.blocks)


def test_who_wants_something_is_shown_what_its_buyers_also_bought(ask: Ask, desk: Desk) -> None:
    answer = ask("5号要了", "buy_intent", link_no=5)
    assert "买了这件的顾客还买了" in said(answer)
    assert [card["sku"] for card in cards(answer)] == ["C1", "S1"]
    assert cards(answer)[1]["reason"] == "买了「控油保湿面霜」的顾客里，有4位还买了这款"
    assert [one.place for one in answer.impressions] == ["cross_sell"]
    in_room = ask("5号要了", "buy_intent", link_no=5, channel="room")
    assert [card["sku"] for card in cards(in_room)] == ["C1", "S1"]
    alone = ask("15号要了", "buy_intent", link_no=15)
    assert [card["sku"] for card in cards(alone)] == ["W2"]
    assert "还买了" not in said(alone)
    with desk.database.begin() as session:
        catalogue.put_stock(session, "S1", 0)
    assert [card["sku"] for card in cards(ask("5号要了", "buy_intent", link_no=5))] == ["C1"]


def test_one_product_is_compared_with_one_of_its_kind_and_that_is_said(ask: Ask) -> None:
    answer = ask("5号怎么样，和别的比", "ask_compare", link_no=5)
    first, second = cards(answer)
    assert first["sku"] == "C1"
    assert second["sku"] in {"S1", "S2", "S3"}
    assert "拿同类目的一款" in said(answer)
    assert len(answer.impressions) == 1
    # The only one of its category: nothing of the kind to compare it with.
    assert ask("9号怎么样", "ask_compare", link_no=9).source == "form"
