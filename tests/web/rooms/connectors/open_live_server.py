"""A stand-in for Bilibili's open platform, written from its documents, apart from the client.

It checks signatures by itself and packs frames by hand, so that a mistake in the client's own
arithmetic cannot hide behind the same mistake here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import brotli
from aiohttp import WSMsgType, web

KEY_ID, SECRET, APP_ID, CODE = "key-of-the-shop", "s3cret", 1700000000001, "HOSTCODE"
AUTH = '{"roomid":1,"key":"k"}'


def frame(version: int, operation: int, body: bytes) -> bytes:
    size = 16 + len(body)
    return (
        size.to_bytes(4, "big") + (16).to_bytes(2, "big") + version.to_bytes(2, "big")
        + operation.to_bytes(4, "big") + (1).to_bytes(4, "big") + body
    )  # fmt: skip


def message(cmd: str, **data: Any) -> bytes:
    return frame(0, 5, json.dumps({"cmd": cmd, "data": data}, ensure_ascii=False).encode())


def comment(number: int, text: str, viewer: str = "open-1", **more: Any) -> bytes:
    return message(
        "LIVE_OPEN_PLATFORM_DM", msg_id=f"m{number}", open_id=viewer, uid=0, uname="阿花", msg=text,
        timestamp=1_795_000_000 + number, **more,
    )  # fmt: skip


def zipped(*packets: bytes) -> bytes:
    return frame(2, 5, zlib.compress(b"".join(packets)))


def brotlied(*packets: bytes) -> bytes:
    return frame(3, 5, brotli.compress(b"".join(packets)))


@dataclass
class OpenLivePlatform:
    """What the platform will send to each connection in turn, and what it was asked."""

    shows: list[list[bytes]]
    refuse_start: int = 0  # so many times
    called: Counter[str] = field(default_factory=Counter)
    beats: int = 0
    faults: list[str] = field(default_factory=list)
    url: str = ""

    def app(self) -> web.Application:
        made = web.Application()
        for name in ("start", "heartbeat", "end"):
            made.router.add_post(f"/v2/app/{name}", self._call)
        made.router.add_get("/sub", self._listen)
        return made

    async def _call(self, request: web.Request) -> web.Response:
        name = request.path.rsplit("/", 1)[1]
        self.called[name] += 1
        body = await request.read()
        self._check(request, body)
        if name != "start":
            return web.json_response({"code": 0, "message": "0", "data": {}})
        asked = json.loads(body)
        if asked != {"code": CODE, "app_id": APP_ID}:
            self.faults.append(f"start asked with {asked}")
        if self.called["start"] <= self.refuse_start:
            return web.json_response({"code": 7003, "message": "心跳过期或场次不存在"})
        link = self.url.replace("http", "ws") + "/sub"
        data = {
            "game_info": {"game_id": "g1"},
            "websocket_info": {"auth_body": AUTH, "wss_link": ["ws://127.0.0.1:1/sub", link]},
            "anchor_info": {"room_id": 1},
        }
        return web.json_response({"code": 0, "message": "0", "data": data})

    def _check(self, request: web.Request, body: bytes) -> None:
        names = sorted(n.lower() for n in request.headers if n.lower().startswith("x-bili-"))
        text = "\n".join(f"{name}:{request.headers[name]}" for name in names)
        right = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        if request.headers.get("Authorization") != right or len(names) != 6:
            self.faults.append("a wrong signature")
        if request.headers["x-bili-content-md5"] != hashlib.md5(body).hexdigest():  # noqa: S324
            self.faults.append("a wrong digest of the body")
        if request.headers["x-bili-accesskeyid"] != KEY_ID:
            self.faults.append("a wrong key")

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        first = (await socket.receive()).data
        if first != frame(0, 7, AUTH.encode()):
            self.faults.append(f"authenticated with {first!r}")
        await socket.send_bytes(frame(0, 8, b'{"code":0}'))
        show = self.shows.pop(0) if self.shows else None
        for sent in show or []:
            await socket.send_bytes(sent)
        if show is not None:
            await socket.close()  # a break: the client has to come back
            return socket
        async for asked in socket:
            if asked.type is WSMsgType.BINARY and asked.data[8:12] == (2).to_bytes(4, "big"):
                self.beats += 1
                await socket.send_bytes(frame(1, 3, (5).to_bytes(4, "big")))
        return socket
