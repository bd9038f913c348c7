"""Bilibili Open Live as a client: begin, authenticate, listen, keep alive, end; and once more.

Source: open-live.bilibili.com/document (项目开启, 项目心跳, 项目关闭, 长连协议说明).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from web.rooms.connectors.bilibili import messages
from web.rooms.connectors.bilibili.packets import (
    LARGEST,
    BadPacket,
    Operation,
    packed,
    unpacked,
)
from web.rooms.connectors.bilibili.signing import signed_headers
from web.rooms.connectors.delivery import Delivery

logger = logging.getLogger(__name__)
START, HEARTBEAT, END = "/v2/app/start", "/v2/app/heartbeat", "/v2/app/end"
TIMEOUT = aiohttp.ClientTimeout(total=10)


class Refused(Exception):
    """The platform says no; the message carries its code and words."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the platform gave the shop: the application's keys and the host's code (身份码)."""

    key_id: str
    secret: str = field(repr=False)
    app_id: int
    code: str = field(repr=False)
    url: str = "https://live-open.biliapi.com"


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds. Both heartbeats are due every 20 to 30; silence of `quiet` is a break."""

    heartbeat: float = 20.0
    quiet: float = 70.0
    backoff: tuple[float, float] = (1.0, 60.0)
    steady_after: float = 60.0


@dataclass(frozen=True, slots=True)
class _Begun:
    game_id: str
    auth: str
    links: tuple[str, ...]


class OpenLive:
    """One room on Bilibili. `run` until cancelled."""

    def __init__(self, access: Access, delivery: Delivery, pace: Pace | None = None) -> None:
        self._access, self._delivery = access, delivery
        self._pace = pace or Pace()

    async def run(self) -> None:
        """Listen; after a break begin anew, waiting longer from one failure to the next."""
        wait, longest = self._pace.backoff
        pause = wait
        async with aiohttp.ClientSession(timeout=TIMEOUT) as http:
            while True:
                began = time.monotonic()
                try:
                    await self._listen(http)
                except (aiohttp.ClientError, OSError, TimeoutError, BadPacket, Refused) as error:
                    logger.warning("room=%s bilibili: %s", self._delivery.room, error)
                if time.monotonic() - began >= self._pace.steady_after:
                    pause = wait
                await asyncio.sleep(pause)
                pause = min(2 * pause, longest)

    async def _listen(self, http: aiohttp.ClientSession) -> None:
        begun = await self._begin(http)
        try:
            async with self._connected(http, begun) as socket:
                await _until_one_ends(self._read(socket), self._beat(http, socket, begun.game_id))
        finally:
            with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, Refused):
                await self._post(http, END, self._ending(begun.game_id))

    def _ending(self, game_id: str) -> dict[str, Any]:
        return {"game_id": game_id, "app_id": self._access.app_id}

    async def _begin(self, http: aiohttp.ClientSession) -> _Begun:
        asked = {"code": self._access.code, "app_id": self._access.app_id}
        data = await self._post(http, START, asked)
        try:
            socket = data["websocket_info"]
            links = tuple(str(link) for link in socket["wss_link"])
            return _Begun(str(data["game_info"]["game_id"]), str(socket["auth_body"]), links)
        except (KeyError, TypeError) as error:
            raise Refused(f"the answer to {START} lacks {error}") from error

    @contextlib.asynccontextmanager
    async def _connected(
        self, http: aiohttp.ClientSession, begun: _Begun
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """The first link that opens, authenticated."""
        if not begun.links:
            raise Refused("no address to listen at")
        for last, link in enumerate(begun.links, start=1 - len(begun.links)):
            try:
                socket = await http.ws_connect(link, max_msg_size=LARGEST)
            except (aiohttp.ClientError, OSError, TimeoutError):
                if not last:
                    raise
            else:
                break
        async with socket:
            await socket.send_bytes(packed(Operation.AUTH, begun.auth.encode()))
            yield socket

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await socket.receive(timeout=self._pace.quiet)
            if message.type is not aiohttp.WSMsgType.BINARY:
                raise Refused(f"the connection ended ({message.type.name})")
            said = []
            for packet in unpacked(message.data):
                if packet.operation == Operation.AUTH_REPLY:
                    _check_auth(packet.body)
                elif (comment := messages.read(packet)) is not None:
                    said.append(comment)
            if said:
                self._delivery.add(said)

    async def _beat(
        self, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, game_id: str
    ) -> None:
        while True:
            await socket.send_bytes(packed(Operation.HEARTBEAT))
            # An application without interactive play has no game, and none to keep alive.
            if game_id:
                await self._post(http, HEARTBEAT, {"game_id": game_id})
            await asyncio.sleep(self._pace.heartbeat)

    async def _post(
        self, http: aiohttp.ClientSession, path: str, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        body = json.dumps(content).encode()
        headers = signed_headers(body, self._access.key_id, self._access.secret)
        async with http.post(self._access.url + path, data=body, headers=headers) as response:
            raw = await response.read()
        try:
            told = json.loads(raw)
            code, data = told["code"], told.get("data")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Refused(f"{path}: HTTP {response.status}, no answer of the platform") from error
        if code != 0:
            raise Refused(f"{path}: {code} {str(told.get('message', ''))[:100]}")
        return data if isinstance(data, dict) else {}


def _check_auth(body: bytes) -> None:
    try:
        code = json.loads(body)["code"]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("an answer to the authentication that cannot be read") from error
    if code != 0:
        raise Refused(f"authentication refused: {code}")


async def _until_one_ends(*works: Coroutine[Any, Any, None]) -> None:
    """Run side by side; the end of one ends all, its error is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
