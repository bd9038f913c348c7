"""The gateway, over HTTP, of a real Rasa: the door, the limits, and failures told as failures."""

from __future__ import annotations

import pytest
from conftest import SECRET, Assistant

from rasa_project.channels.gateway import GatewayInput, without_slash

MESSAGE = {"sender": "api.gate", "text": "主播这个多少钱", "metadata": {"viewer": "gate"}}


@pytest.mark.parametrize(
    "key", [None, "", "Bearer", "Bearer wrong", SECRET, f"Bearer {SECRET}x", f"bearer {SECRET}"]
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("POST", "/parse"), ("POST", "/parse_many"), ("POST", "/message")],
)
def test_every_route_needs_the_secret(
    assistant: Assistant, method: str, path: str, key: str | None
) -> None:
    answer = assistant.call(method, path, MESSAGE if method == "POST" else None, key=key)
    assert answer.status == 401
    assert answer.body["error"]["code"] == "wrong_key"


def test_health_names_the_model(assistant: Assistant) -> None:
    answer = assistant.call("GET", "/")
    assert answer.status == 200
    assert answer.body == {"status": "ok", "model": "small.tar.gz"}


def test_parse_gives_the_contract(assistant: Assistant) -> None:
    parsed = assistant.parse("3号链接165/110斤多少钱")
    assert parsed["text"] == "3号链接165/110斤多少钱"
    assert {"name", "confidence"} <= parsed["intent"].keys()
    assert len(parsed["intent_ranking"]) >= 2
    assert [e["entity"] for e in parsed["entities"]] == ["link_no", "height", "weight"]
    assert {"exact", "threshold", "candidates", "accepted"} <= parsed["faq"].keys()
    assert {
        "verdict",
        "reason",
        "intent_confidence",
        "faq_score",
        "intent_threshold",
        "faq_threshold",
    } <= parsed["gate"].keys()
    assert not parsed.keys() & {"metadata", "message_id", "text_tokens"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b"\xff\xfe", 400, "malformed_json"),
        (b"[]", 400, "malformed_json"),
        (b"[" * 30_000, 400, "malformed_json"),
        ({"sender": "a"}, 400, "bad_request"),
        ({"sender": "a", "text": 5}, 400, "bad_request"),
        ({"sender": "a", "text": "好" * 1001}, 400, "text_too_long"),
        ({"sender": "a", "text": "  "}, 400, "empty_text"),
        ({"sender": "a", "text": "/ ／"}, 400, "empty_text"),
        ({"sender": "", "text": "好"}, 400, "bad_request"),
        ({"sender": "a", "text": "好", "metadata": []}, 400, "bad_request"),
        ({"sender": "a", "text": "好", "parse": {"intent": "greet"}}, 400, "bad_request"),
        ({"sender": "a", "text": "好", "parse": {"intent": {"name": "x"}}}, 400, "bad_request"),
        ({"sender": "a", "text": "好", "more": "x" * 70_000}, 413, "body_too_large"),
    ],
    ids=lambda value: None if isinstance(value, int) else str(value)[:30],
)
def test_bad_requests_are_refused(
    assistant: Assistant, body: object, status: int, code: str
) -> None:
    answer = assistant.call("POST", "/message", body)
    assert (answer.status, answer.body["error"]["code"]) == (status, code)
    assert "\n" not in answer.body["error"]["message"]


def test_thousand_characters_are_taken(assistant: Assistant) -> None:
    assert assistant.call("POST", "/parse", {"text": "好" * 1000}).status == 200


def test_half_an_emoji_is_no_failure(assistant: Assistant) -> None:
    body = {**MESSAGE, "text": "多少钱\ud83d"}
    assert assistant.call("POST", "/message", body).status == 200


@pytest.mark.parametrize(
    "text", ["/complaint", " /complaint", "／complaint", "//complaint", "/ ／/complaint{}"]
)
def test_a_leading_slash_injects_no_intent(assistant: Assistant, text: str) -> None:
    parsed = assistant.parse(text)
    assert not parsed["text"].startswith(("/", "／"))
    assert parsed["intent"] != {"name": "complaint", "confidence": 1.0}
    assert "gate" in parsed


def test_without_slash_leaves_other_text_alone() -> None:
    assert without_slash(" 165/110 ") == "165/110"
    assert without_slash("\u3000／ / 多少钱") == "多少钱"
    assert without_slash("/\n") == ""


def test_message_answers_with_blocks_and_meta(assistant: Assistant) -> None:
    answer = assistant.call("POST", "/message", MESSAGE)
    assert answer.status == 200
    assert answer.body["replies"] == [{"type": "text", "text": "action_price"}]
    assert answer.body["meta"]["intent"] == "ask_price"


def test_many_texts_are_parsed_as_each_alone(assistant: Assistant) -> None:
    texts = [
        "3号链接多少钱",
        "/restart",
        "包邮吗，几天到",
        "3号链接多少钱",
        "身高165体重110斤穿多大",
    ]
    answer = assistant.call("POST", "/parse_many", {"texts": texts})
    assert answer.status == 200
    for text, parsed in zip(texts, answer.body["parses"], strict=True):
        alone = assistant.parse(text)
        assert parsed.pop("gate")["verdict"] == alone.pop("gate")["verdict"]
        assert [e["value"] for e in parsed["entities"]] == [e["value"] for e in alone["entities"]]
        assert (parsed["text"], parsed["intent"]["name"]) == (
            alone["text"],
            alone["intent"]["name"],
        )
        assert not parsed.keys() & {"metadata", "message_id", "text_tokens"}


@pytest.mark.parametrize("texts", [None, [], "好", ["好"] * 65, ["好", ""], ["好", 3]])
def test_lists_that_are_no_texts_are_refused(assistant: Assistant, texts: object) -> None:
    answer = assistant.call("POST", "/parse_many", {"texts": texts})
    assert answer.status == 400
    assert answer.body["error"]["code"] in ("bad_request", "empty_text")


def test_metadata_and_parse_result_reach_the_actions(assistant: Assistant) -> None:
    metadata = {"viewer": "v", "channel": "room", "room": "r1", "on_air": "SKU", "page_sku": None}
    assistant.call("POST", "/message", {**MESSAGE, "sender": "room.v", "metadata": metadata})
    latest = assistant.actions.calls[-1]["tracker"]["latest_message"]
    assert latest["metadata"] == metadata
    assert {"faq", "gate", "entities"} <= latest.keys()


def test_an_earlier_parse_is_used_again(assistant: Assistant) -> None:
    parse = assistant.parse("主播这个多少钱")
    parse["intent"] = {"name": "ask_human", "confidence": 0.9}
    body = {**MESSAGE, "sender": "api.again", "text": "随便什么字", "parse": parse}
    answer = assistant.call("POST", "/message", body)
    assert answer.body["replies"][0]["text"] == "action_human"
    assert assistant.actions.calls[-1]["tracker"]["latest_message"]["text"] == "随便什么字"


def test_a_failing_action_is_a_failure(assistant: Assistant) -> None:
    assistant.actions.broken = {"action_price"}
    try:
        answer = assistant.call("POST", "/message", {**MESSAGE, "sender": "api.fail"})
    finally:
        assistant.actions.broken = set()
    assert (answer.status, answer.body["error"]["code"]) == (502, "action_failed")
    again = assistant.call("POST", "/message", {**MESSAGE, "sender": "api.fail"})
    assert again.status == 200


def test_half_an_answer_is_a_failure_too(assistant: Assistant) -> None:
    """The price was told, then the form could not ask on: nobody may take that for the whole."""
    sender = "widget.half"
    ask = {"sender": sender, "text": "我穿什么尺码合适", "metadata": {}}
    assert assistant.call("POST", "/message", ask).status == 200
    assistant.actions.broken = {"validate_size_form"}
    try:
        answer = assistant.call("POST", "/message", {**ask, "text": "主播这个多少钱"})
    finally:
        assistant.actions.broken = set()
    assert answer.status == 502


def test_conversations_are_kept_in_the_var_folder(assistant: Assistant) -> None:
    assert (assistant.model.parents[1] / "tracker.db").stat().st_size > 0


@pytest.mark.parametrize("secret", [None, "", "short", "${BOXIAOER_SHARED_SECRET}"])
def test_a_gateway_without_a_proper_secret_does_not_start(secret: str | None) -> None:
    with pytest.raises(Exception, match="BOXIAOER_SHARED_SECRET"):
        GatewayInput.from_credentials({"secret": secret})
