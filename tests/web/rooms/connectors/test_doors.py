"""The connectors' doors on the real application: signed, journalled, once each."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError
from aiohttp.test_utils import TestServer

from shop import rooms
from shop import settings as shop_settings
from tests.web.rooms.connectors import open_live_server as platform
from tests.web.rooms.connectors.open_live_server import OpenLivePlatform, comment
from tests.web.rooms.connectors.test_bilibili import until
from tests.web.stand_in import SECRETS, Client, bearer
from web.app import create_app
from web.config import AppConfig
from web.keys import DATABASE
from web.rooms.connectors import douyin

SECRET = "of-the-platform"
ROWS = [{"msg_id": "7", "sec_openid": "o1", "nickname": "小红", "content": "3号多少钱"}]


def made(tmp_path: Path, **more: str) -> AppConfig:
    environ = {"BOXIAOER_VAR": str(tmp_path / "var"), "BOXIAOER_ACTION_PORT": "0", **more}
    settings = shop_settings.load(environ)
    return AppConfig(settings, SECRETS, rasa_command=None, serve_actions=False)


def journalled(client: Client) -> list[str]:
    with client.app[DATABASE].read() as session:
        waiting = [row.text for row in rooms.pending(session, "demo")]
        return waiting + [one.comment.text for one in rooms.outcomes(session, "demo", 100, 0)]


@pytest.fixture
async def connected(tmp_path: Path, aiohttp_client: Any) -> Client:
    """A web that Douyin may push to."""
    client: Client = await aiohttp_client(create_app(made(tmp_path, BOXIAOER_DOUYIN_SECRET=SECRET)))
    with client.app[DATABASE].begin() as session:
        rooms.create_room(session, "demo")
    return client


async def push(client: Client, body: bytes, secret: str = SECRET, **change: str) -> tuple[int, Any]:
    headers = {
        "x-nonce-str": "n", "x-roomid": "268", "x-msg-type": "live_comment",
        "x-timestamp": str(int(time.time() * 1000)), **change,
    }  # fmt: skip
    headers["x-signature"] = douyin.signature(headers, body, secret)
    async with client.post("/api/rooms/demo/douyin", data=body, headers=headers) as response:
        return response.status, await response.json()


async def test_a_signed_push_is_journalled_once(connected: Client) -> None:
    body = json.dumps(ROWS).encode()
    for _ in range(2):  # the platform repeats itself
        assert await push(connected, body) == (200, {"err_no": 0, "err_msg": "ok"})
    assert journalled(connected) == ["3号多少钱"]


async def test_a_push_that_is_none_costs_nothing(connected: Client) -> None:
    assert (await push(connected, b"{"))[0] == 200
    assert (await push(connected, b"[]", **{"x-msg-type": "live_gift"}))[0] == 200
    status, told = await push(connected, b"[]", secret="another")
    assert (status, told["error"]["code"]) == (403, "bad_signature")
    assert journalled(connected) == []


async def test_without_a_secret_nobody_pushes(tmp_path: Path, aiohttp_client: Any) -> None:
    client: Client = await aiohttp_client(create_app(made(tmp_path)))
    status, told = await push(client, b"[]", secret="")
    assert (status, told["error"]["code"]) == (404, "not_connected")


async def test_comments_over_one_connection(connected: Client) -> None:
    key = bearer(SECRETS.ingest_key)
    async with connected.ws_connect("/ws/rooms/demo/comments", headers=key) as socket:
        await socket.send_json({"comments": [{"id": "1", "viewer": "u", "text": "包邮吗"}]})
        assert await socket.receive_json() == {"accepted": 1, "duplicates": 0}
        await socket.send_str("{")
        assert (await socket.receive_json())["error"]["code"] == "bad_json"
        await socket.send_json({"comments": [{"id": "1", "viewer": "u", "text": "包邮吗"}]})
        assert await socket.receive_json() == {"accepted": 0, "duplicates": 1}
    assert journalled(connected) == ["包邮吗"]


@pytest.mark.parametrize(("room", "key", "status"), [("demo", "x", 401), ("none", "", 404)])
async def test_strangers_and_unknown_rooms_get_no_connection(
    connected: Client, room: str, key: str, status: int
) -> None:
    headers = bearer(key or SECRETS.ingest_key)
    with pytest.raises(WSServerHandshakeError) as refused:
        await connected.ws_connect(f"/ws/rooms/{room}/comments", headers=headers)
    assert refused.value.status == status


@pytest.fixture
async def bilibili() -> AsyncIterator[OpenLivePlatform]:
    served = OpenLivePlatform([[comment(1, "3号多少钱"), comment(1, "3号多少钱")]])
    server = TestServer(served.app())
    await server.start_server()
    served.url = str(server.make_url("")).rstrip("/")
    yield served
    await server.close()


async def test_web_listens_on_bilibili_by_itself(
    bilibili: OpenLivePlatform, tmp_path: Path, aiohttp_client: Any
) -> None:
    config = made(
        tmp_path,
        BOXIAOER_BILIBILI_KEY_ID=platform.KEY_ID,
        BOXIAOER_BILIBILI_KEY_SECRET=platform.SECRET,
        BOXIAOER_BILIBILI_APP_ID=str(platform.APP_ID),
        BOXIAOER_BILIBILI_CODE=platform.CODE,
        BOXIAOER_BILIBILI_URL=bilibili.url,
    )
    assert platform.SECRET not in repr(config.settings)
    app = create_app(config)
    app[DATABASE].migrate()
    with app[DATABASE].begin() as session:
        rooms.create_room(session, "demo")
    client: Client = await aiohttp_client(app)
    await until(lambda: len(journalled(client)) == 1)
    assert bilibili.faults == []
    await client.close()
    assert bilibili.called["end"] == bilibili.called["start"]
