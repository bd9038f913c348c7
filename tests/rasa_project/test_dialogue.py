"""Rules and forms, played through the gateway against a real Rasa."""

from __future__ import annotations

import pytest
import yaml
from action_server import NO_CHART
from conftest import ROOT, Assistant

SIZE = "我穿什么尺码合适"
ORDER = "我买的东西到哪了帮我查查"
PRICE = "主播这个多少钱"


def test_size_form_asks_and_then_answers(assistant: Assistant) -> None:
    assert assistant.talk(SIZE, "165", "110斤") == [
        ["action_ask_height"],
        ["action_ask_weight"],
        ["action_size"],
    ]


def test_size_form_takes_both_at_once(assistant: Assistant) -> None:
    assert assistant.talk(SIZE, "165 110") == [["action_ask_height"], ["action_size"]]


def test_size_form_is_skipped_when_the_comment_says_both(assistant: Assistant) -> None:
    assert assistant.talk("165/110斤穿什么尺码") == [["action_size"]]


def test_size_form_is_skipped_without_a_size_chart(assistant: Assistant) -> None:
    assert assistant.talk(SIZE, page_sku=NO_CHART) == [["action_size"]]


def test_another_question_in_between_is_answered_and_the_form_stays(assistant: Assistant) -> None:
    assert assistant.talk(SIZE, PRICE, "165 110") == [
        ["action_ask_height"],
        ["action_price", "action_ask_height"],
        ["action_size"],
    ]


def test_the_answer_in_between_gives_the_meta(assistant: Assistant) -> None:
    sender = "widget.meta"
    for text in (SIZE, PRICE):
        body = {"sender": sender, "text": text, "metadata": {}}
        answer = assistant.call("POST", "/message", body)
    assert answer.body["meta"]["source"] == "rule"
    assert answer.body["meta"]["intent"] == "ask_price"


def test_asking_the_same_again_asks_again(assistant: Assistant) -> None:
    assert assistant.talk(SIZE, SIZE, "165 110") == [
        ["action_ask_height"],
        ["action_ask_height"],
        ["action_size"],
    ]


@pytest.mark.parametrize("word", ["不用了", "拜拜"])
def test_deny_and_goodbye_end_a_form(assistant: Assistant, word: str) -> None:
    assert assistant.talk(SIZE, word, PRICE) == [
        ["action_ask_height"],
        ["action_smalltalk"],
        ["action_price"],
    ]


def test_order_form(assistant: Assistant) -> None:
    assert assistant.talk(ORDER, "8821", ORDER) == [
        ["action_ask_order_no"],
        ["action_order_status"],
        ["action_order_status"],
    ]


def test_order_form_is_skipped_when_the_comment_names_the_order(assistant: Assistant) -> None:
    assert assistant.talk("订单号20240618123456到哪了帮我查查") == [["action_order_status"]]


def test_one_form_may_give_way_to_the_other(assistant: Assistant) -> None:
    assert assistant.talk(SIZE, ORDER) == [["action_ask_height"], ["action_ask_order_no"]]


def test_slots_are_kept_for_the_next_question(assistant: Assistant) -> None:
    assistant.talk("165/110斤穿什么尺码", "3号链接多少钱")
    slots = assistant.actions.calls[-1]["tracker"]["slots"]
    assert (slots["height"], slots["weight"], slots["link_no"]) == (165, 55.0, 3)


def test_every_intent_leads_somewhere() -> None:
    """One rule an intent, and no action that the domain does not know."""
    rules = [
        rule
        for file in (ROOT / "data/rules").glob("*.yml")
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]
    ]
    domain = {
        file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in (ROOT / "rasa_project/domain").glob("*.yml")
    }
    led = [rule["steps"][0]["intent"] for rule in rules if "condition" not in rule]
    assert sorted(led) == sorted(domain["intents"]["intents"])
    trained = {file.stem for file in (ROOT / "data/nlu").glob("*.yml")} - {"fresh"}
    assert trained == set(led) - {"faq", "nlu_fallback"}
    known = {*domain["actions"]["actions"], *domain["forms"]["forms"]}
    known |= {"action_deactivate_loop", "action_extract_slots"}
    said = {step["action"] for rule in rules for step in rule["steps"] if "action" in step}
    assert said <= known
