"""GET /ws/chat: greeting, answers, resends, offers, and messages that make no sense."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import WSMsgType

from tests.web.stand_in import Client, RasaStandIn
from web.channels.widget.connections import CONNECTIONS
from web.keys import SESSIONS


async def greet(client: Client, **hello: Any) -> tuple[Any, str]:
    socket = await client.ws_connect("/ws/chat")
    await socket.send_json({"type": "hello", **hello})
    welcome = await socket.receive_json()
    assert welcome["type"] == "session"
    return socket, welcome["session"]


async def hear(socket: Any, kind: str) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = await socket.receive_json(timeout=5)
        if message["type"] == kind:
            return message


async def test_a_message_is_seen_typing_then_answered(client: Client, rasa: RasaStandIn) -> None:
    socket, _ = await greet(client, sku="A1")
    await socket.send_json({"type": "message", "id": "1", "text": "多少钱"})
    assert await socket.receive_json() == {"type": "typing"}
    reply = await socket.receive_json()
    assert (reply["type"], reply["id"]) == ("reply", "1")
    assert reply["replies"] == [{"type": "text", "text": "答：多少钱"}]
    assert reply["meta"]["intent"] == "ask_price"
    assert rasa.asked[0]["metadata"]["page_sku"] == "A1"
    assert rasa.asked[0]["sender"].startswith("widget.")


async def test_the_session_brings_the_viewer_back(client: Client, rasa: RasaStandIn) -> None:
    token = None
    for number in "12":
        socket, token = await greet(client, session=token)
        await socket.send_json({"type": "message", "id": number, "text": "在吗"})
        await hear(socket, "reply")
        await socket.close()
    first, second = (asked["metadata"]["viewer"] for asked in rasa.asked)
    assert first == second


async def test_a_forged_session_is_refused_and_the_client_may_start_anew(client: Client) -> None:
    socket = await client.ws_connect("/ws/chat")
    await socket.send_json({"type": "hello", "session": "forged.session"})
    refused = await socket.receive_json()
    assert refused["error"]["code"] == "session_invalid"
    await socket.send_json({"type": "hello"})
    assert (await socket.receive_json())["type"] == "session"


async def test_a_message_sent_again_is_answered_once(client: Client, rasa: RasaStandIn) -> None:
    rasa.delay = 0.2
    socket, session = await greet(client)
    await socket.send_json({"type": "message", "id": "7", "text": "多少钱"})
    await hear(socket, "typing")
    await socket.close()  # the line breaks before the answer
    socket, _ = await greet(client, session=session)
    await socket.send_json({"type": "message", "id": "7", "text": "多少钱"})
    assert (await hear(socket, "reply"))["id"] == "7"
    await socket.send_json({"type": "message", "id": "7", "text": "多少钱"})
    assert (await hear(socket, "reply"))["id"] == "7"
    assert len(rasa.asked) == 1


async def test_a_failure_is_told_politely_and_may_be_tried_again(
    client: Client, rasa: RasaStandIn
) -> None:
    socket, _ = await greet(client)
    rasa.status, rasa.body = 502, {"error": {"code": "action_failed", "message": "Traceback"}}
    await socket.send_json({"type": "message", "id": "1", "text": "多少钱"})
    error = await hear(socket, "error")
    assert (error["id"], error["error"]["code"]) == ("1", "assistant_failed")
    assert error["error"]["message"] == "小助手刚才没答上来，请再试一次"
    rasa.status, rasa.body = 200, None
    await socket.send_json({"type": "message", "id": "1", "text": "多少钱"})
    assert (await hear(socket, "reply"))["id"] == "1"


async def test_an_offer_reaches_every_page_of_its_viewer_only(client: Client) -> None:
    first, session = await greet(client)
    second, _ = await greet(client, session=session)
    stranger, _ = await greet(client)
    viewer = client.app[SESSIONS].open(session).viewer
    offer = [{"type": "text", "text": "给您一张券", "private": True}]
    assert await client.app[CONNECTIONS].push(viewer, offer) == 2
    for socket in (first, second):
        assert await socket.receive_json() == {"type": "offer", "replies": offer}
    await stranger.send_json({"type": "ping"})
    assert await stranger.receive_json() == {"type": "pong"}
    await second.close()
    await first.close()
    await asyncio.sleep(0.05)
    assert await client.app[CONNECTIONS].push(viewer, offer) == 0


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("{", "bad_json"),
        ("[]", "bad_json"),
        (b"\x00\x01", "bad_json"),
        ('{"type":"fly"}', "unknown_type"),
        ('{"type":{"a":1}}', "unknown_type"),
        ('{"type":"hello"}', "already_greeted"),
        ('{"type":"message","text":"x"}', "bad_field"),
        ('{"type":"message","id":"1"}', "bad_field"),
        ('{"type":"message","id":1,"text":"x"}', "bad_field"),
        ('{"type":"message","id":"1","text":null}', "bad_field"),
    ],
)
async def test_senseless_messages_are_refused_and_the_talk_goes_on(
    client: Client, sent: str | bytes, code: str
) -> None:
    socket, _ = await greet(client)
    await (socket.send_bytes(sent) if isinstance(sent, bytes) else socket.send_str(sent))
    assert (await hear(socket, "error"))["error"]["code"] == code
    await socket.send_json({"type": "message", "id": "1", "text": "多少钱"})
    assert (await hear(socket, "reply"))["id"] == "1"


async def test_nobody_talks_before_hello_or_about_an_unknown_product(client: Client) -> None:
    socket = await client.ws_connect("/ws/chat")
    await socket.send_json({"type": "message", "id": "1", "text": "多少钱"})
    assert (await hear(socket, "error"))["error"]["code"] == "hello_first"
    await socket.send_json({"type": "hello", "sku": "nope"})
    assert (await hear(socket, "error"))["error"]["code"] == "unknown_sku"


async def test_an_oversized_frame_ends_the_connection(client: Client) -> None:
    socket, _ = await greet(client)
    await socket.send_str("x" * 200_000)
    message = await socket.receive(timeout=5)
    assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
    assert socket.close_code == 1009
