"""POST /api/chat: good questions, hopeless texts, hostile bodies, and Rasa in trouble."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from shop.models import ViewerRow
from tests.web.stand_in import SECRETS, Client, RasaStandIn
from web.app import create_app
from web.chat import MAX_WAITING
from web.config import AppConfig
from web.keys import DATABASE
from web.sessions import Sessions
from web.signing import Signer


async def ask(client: Client, text: Any, **more: Any) -> tuple[int, dict[str, Any]]:
    response = await client.post("/api/chat", json={"text": text, **more})
    return response.status, await response.json()


async def test_answers_with_session_replies_and_meta(client: Client, rasa: RasaStandIn) -> None:
    status, body = await ask(client, "3号链接多少钱")
    assert status == 200
    assert body["replies"] == [{"type": "text", "text": "答：3号链接多少钱"}]
    assert body["meta"]["intent"] == "ask_price"
    assert body["meta"]["source"] == "product"
    assert body["meta"]["latency_ms"] >= 0
    metadata = rasa.asked[0]["metadata"]
    assert rasa.asked[0]["sender"] == f"api.{metadata['viewer']}"
    assert metadata | {"viewer": ""} == {
        "viewer": "", "channel": "api", "room": None, "on_air": None, "page_sku": None,
    }  # fmt: skip


async def test_a_session_keeps_its_viewer_and_no_session_is_somebody_new(
    client: Client, rasa: RasaStandIn
) -> None:
    _, first = await ask(client, "在吗")
    await ask(client, "多少钱", session=first["session"])
    await ask(client, "多少钱")
    viewers = [asked["metadata"]["viewer"] for asked in rasa.asked]
    assert viewers[0] == viewers[1] != viewers[2]
    with client.app[DATABASE].read() as session:
        assert session.get(ViewerRow, viewers[0]) is not None


async def test_the_clients_own_sender_and_metadata_count_for_nothing(
    client: Client, rasa: RasaStandIn
) -> None:
    await ask(client, "多少钱", sender="api.victim", viewer="victim", metadata={"viewer": "victim"})
    assert "victim" not in str(rasa.asked)


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        lambda token: "x" + token,
        lambda token: token.split(".")[0],
        lambda token: "a" * 1000,
        lambda token: "会话.会话",
        lambda token: Signer("session-secret", "console-cookie").sign(
            {"viewer": "v"}, timedelta(days=1)
        ),
        lambda token: Signer("session-secret", "viewer-session").sign(
            {"viewer": "v"}, timedelta(seconds=-1)
        ),
    ],
)
async def test_a_forged_or_expired_session_is_refused(
    client: Client, rasa: RasaStandIn, forge: Any
) -> None:
    _, first = await ask(client, "在吗")
    status, body = await ask(client, "多少钱", session=forge(first["session"]))
    assert (status, body["error"]["code"]) == (401, "session_invalid")
    assert len(rasa.asked) == 1


def test_a_session_is_renewed_in_its_second_half() -> None:
    young = Sessions("k", "v", timedelta(days=30))
    session = young.issue()
    assert young.open(session.token).token == session.token
    old = Sessions("k", "v", timedelta(seconds=-1))  # every token is past half of this life
    renewed = old.open(session.token)
    assert renewed.viewer == session.viewer
    assert renewed.token != session.token


async def test_the_product_page_goes_along_and_an_unknown_one_is_refused(
    client: Client, rasa: RasaStandIn
) -> None:
    status, _ = await ask(client, "多少钱", sku="A1")
    assert (status, rasa.asked[0]["metadata"]["page_sku"]) == (200, "A1")
    for sku in ("nope", "\ud800", "x\x00y", "'; drop table product; --"):
        status, body = await ask(client, "多少钱", sku=sku)
        assert (status, body["error"]["code"]) == (404, "unknown_sku")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "想问点什么"),
        (" \n\t　", "想问点什么"),
        ("///／／", "想问点什么"),
        ("长" * 10_000, "太长"),
        ("\x00\x01\x02\x03ab", "读不出来"),
        ("\ufffd\ufffd\ufffd图", "读不出来"),
        ("😀🎉👍🏻", "表情"),
        ("！！！。。。", "表情"),
    ],
)
async def test_hopeless_texts_get_a_polite_line_without_rasa(
    client: Client, rasa: RasaStandIn, text: str, words: str
) -> None:
    status, body = await ask(client, text)
    assert status == 200
    assert words in body["replies"][0]["text"]
    assert body["meta"]["source"] == "rule"
    assert rasa.asked == []


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("/greet", "greet"),
        (" ／/ 3号多少钱", "3号多少钱"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("第一行\r\n第二行", "第一行 第二行"),
        ("半个\ud83d表情", "半个\ufffd表情"),
        ("？", "？"),
        ("1", "1"),
        ("长" * 1000, "长" * 1000),
    ],
)
async def test_odd_but_honest_texts_reach_rasa_cleaned(
    client: Client, rasa: RasaStandIn, text: str, seen: str
) -> None:
    status, _ = await ask(client, text)
    assert status == 200
    assert rasa.asked[0]["text"] == seen


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "bad_json"),
        (b"", "bad_json"),
        (b"\xff\xfe\x00", "bad_json"),
        (b"[1]", "bad_json"),
        (b'"text"', "bad_json"),
        (b'{"text": NaN}', "bad_json"),
        (b"[" * 50_000, "bad_json"),
        (b'{"text": 1}', "bad_field"),
        (b'{"text": null}', "bad_field"),
        (b'{"text": ["x"]}', "bad_field"),
        (b'{"text": "x", "session": 5}', "bad_field"),
        (b'{"text": "x", "sku": {}}', "bad_field"),
        (b"{}", "bad_field"),
    ],
)
async def test_malformed_bodies_are_400_in_the_error_shape(
    client: Client, rasa: RasaStandIn, raw: bytes, code: str
) -> None:
    response = await client.post("/api/chat", data=raw)
    body = await response.json()
    assert (response.status, body["error"]["code"]) == (400, code)
    assert body["error"]["message"]
    assert rasa.asked == []


async def test_too_large_a_body_is_413_in_the_error_shape(client: Client) -> None:
    for size in (100_000, 5_000_000):
        response = await client.post("/api/chat", data=b'{"text":"' + b"x" * size + b'"}')
        assert (response.status, (await response.json())["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (503, {"error": {"code": "no_model", "message": "x"}}, (503, "assistant_unavailable")),
        (502, {"error": {"code": "action_failed", "message": "x"}}, (502, "assistant_failed")),
        (500, "Traceback (most recent call last)", (502, "assistant_failed")),
        (200, {"replies": [], "meta": {}}, (502, "assistant_failed")),
        (200, {"replies": ["hi"], "meta": {}}, (502, "assistant_failed")),
        (200, [], (502, "assistant_failed")),
    ],
)
async def test_failures_of_rasa_are_failures_here(
    client: Client, rasa: RasaStandIn, status: int, body: Any, expected: tuple[int, str]
) -> None:
    rasa.status, rasa.body = status, body
    got, answer = await ask(client, "多少钱")
    assert (got, answer["error"]["code"]) == expected
    assert "Traceback" not in str(answer)


async def test_rasa_down_is_503_and_says_when_to_come_back(
    config: AppConfig, aiohttp_client: Any
) -> None:
    nobody = dataclasses.replace(config.settings, rasa_port=1)
    client = await aiohttp_client(create_app(dataclasses.replace(config, settings=nobody)))
    response = await client.post("/api/chat", json={"text": "多少钱"})
    assert response.status == 503
    assert response.headers["Retry-After"]
    assert (await response.json())["error"]["code"] == "assistant_unavailable"
    assert (await client.get("/healthz")).status == 503


async def test_one_viewer_is_answered_in_turn_and_two_at_once(
    client: Client, rasa: RasaStandIn
) -> None:
    _, first = await ask(client, "在吗")
    _, other = await ask(client, "在吗")
    rasa.delay = 0.05
    rasa.most_running = 0
    await asyncio.gather(*(ask(client, f"{n}号", session=first["session"]) for n in range(4)))
    assert rasa.most_running == 1
    await asyncio.gather(
        ask(client, "1号", session=first["session"]), ask(client, "2号", session=other["session"])
    )
    assert rasa.most_running == 2


async def test_a_viewer_who_floods_is_told_so_and_can_go_on_after(
    client: Client, rasa: RasaStandIn
) -> None:
    _, first = await ask(client, "在吗")
    rasa.delay = 0.05
    results = await asyncio.gather(
        *(ask(client, f"{n}号", session=first["session"]) for n in range(MAX_WAITING + 3))
    )
    assert sorted(status for status, _ in results) == [200] * MAX_WAITING + [429] * 3
    assert (await ask(client, "好了", session=first["session"]))[0] == 200


async def test_a_fault_of_ours_is_500_without_its_words(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr("web.talking.catalogue.get", broken)
    status, body = await ask(client, "多少钱", sku="A1")
    assert (status, body["error"]["code"]) == (500, "internal")
    assert "hunter2" not in str(body)
    assert "hunter2" in caplog.text


def test_secrets_of_the_tests_are_told_apart() -> None:
    # The forging tests mean nothing if two purposes shared a key.
    assert len({SECRETS.shared_secret, SECRETS.session_key, SECRETS.ingest_key}) == 3
