"""Several questions in one comment: each gets its answer."""

from __future__ import annotations

from actions.question import Further, from_tracker
from tests.actions.conftest import Ask, words

FEE = Further("包邮吗", "ask_shipping_fee", 0.9)
STUFF = Further("什么面料", "ask_spec", 0.9)
WEIGHT = Further("多重", "ask_spec", 0.9)


def test_both_questions_are_answered(ask: Ask) -> None:
    answer = ask("3号多少钱，包邮吗", "ask_price", link_no=3, also=(FEE,))
    assert "169元" in words(answer)
    assert "满59元包邮" in words(answer)
    assert answer.source == "product"


def test_the_second_is_about_the_same_product_and_its_card_comes_once(ask: Ask) -> None:
    answer = ask("多少钱 什么面料", "ask_price", on_air="D1", also=(STUFF,))
    assert "100%棉" in words(answer)
    cards = [block for block in answer.blocks if block["type"] == "product_card"]
    assert len(cards) == len({str(card) for card in cards})


def test_an_unknown_fact_goes_to_the_host_beside_the_known_answer(ask: Ask) -> None:
    answer = ask("多少钱 多重", "ask_price", on_air="D1", also=(WEIGHT,))
    assert "169元" in words(answer)
    assert [block["type"] for block in answer.blocks].count("handoff") == 1


def test_small_talk_and_private_questions_are_no_further_questions(ask: Ask) -> None:
    further = (Further("谢谢", "thanks", 0.99), Further("我的单呢", "ask_order_status", 0.99))
    alone, both = (ask("多少钱", "ask_price", on_air="D1", also=part) for part in ((), further))
    assert alone.blocks == both.blocks


def test_asking_back_for_the_product_comes_first(ask: Ask) -> None:
    answer = ask("多少钱，包邮吗", "ask_price", also=(FEE,))
    assert (answer.source, "包邮" in words(answer)) == ("form", False)


def test_further_questions_are_read_from_the_tracker() -> None:
    told = {"text": "包邮吗", "name": "ask_shipping_fee", "confidence": 0.9}
    assert from_tracker({"text": "a", "also": [told]}, {}, {}).also == (FEE,)
    assert from_tracker({"text": "a", "also": None}, {}, {}).also == ()
