"""Open conversations: who is connected, and which messages were answered already."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

from aiohttp import WSCloseCode, web

from web.chat import Block, Reply
from web.lawful import lawful
from web.rooms import wording

logger = logging.getLogger(__name__)
# A phone that lost its connection asks again within minutes; older answers may be forgotten.
_REMEMBERED = 2000


class Connections:
    """The sockets of each viewer, and the replies to their newest messages."""

    def __init__(self) -> None:
        self._sockets: defaultdict[str, set[web.WebSocketResponse]] = defaultdict(set)
        self._since: dict[str, float] = {}
        self._answers: OrderedDict[tuple[str, str], asyncio.Task[Reply]] = OrderedDict()

    def add(self, viewer: str, socket: web.WebSocketResponse) -> None:
        """This viewer is connected by this socket (one of several, perhaps)."""
        self._sockets[viewer].add(socket)
        self._since.setdefault(viewer, time.monotonic())

    def remove(self, viewer: str, socket: web.WebSocketResponse) -> None:
        """This socket is gone."""
        self._sockets[viewer].discard(socket)
        if not self._sockets[viewer]:
            del self._sockets[viewer]
            self._since.pop(viewer, None)

    def since(self) -> dict[str, float]:
        """Who is connected, and from which moment on by the monotonic clock."""
        return dict(self._since)

    async def push(self, viewer: str, blocks: list[Block]) -> int:
        """Send an offer to every open page of a viewer; returns how many got it.

        An offer that the advertising law holds is not sent: nobody asked for it.
        """
        said = lawful(blocks, wording.current().book)
        if said.rule is not None:
            logger.warning("an offer is held: %s", said.rule)
            return 0
        sockets = tuple(self._sockets.get(viewer, ()))
        for socket in sockets:
            await send(socket, {"type": "offer", "replies": said.blocks})
        return len(sockets)

    async def answered(
        self, viewer: str, message_id: str, ask: Callable[[], Coroutine[Any, Any, Reply]]
    ) -> Reply:
        """The reply to a message, asked for once however often the message arrives.

        A failure is not remembered: sending the message again tries again.
        """
        key = (viewer, message_id)
        task = self._answers.get(key)
        if task is None:
            task = self._answers[key] = asyncio.create_task(ask())
            task.add_done_callback(partial(self._settle, key))
        # Shielded: the question goes on when this socket breaks, and its answer is kept for
        # the next one.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Say goodbye to everybody and give up unanswered questions."""
        for sockets in tuple(self._sockets.values()):
            for socket in tuple(sockets):
                await socket.close(code=WSCloseCode.GOING_AWAY)
        unfinished = [task for task in self._answers.values() if not task.done()]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _settle(self, key: tuple[str, str], task: asyncio.Task[Reply]) -> None:
        if task.cancelled() or task.exception() is not None:
            self._answers.pop(key, None)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)


CONNECTIONS = web.AppKey("chat_connections", Connections)


async def send(socket: web.WebSocketResponse, message: Mapping[str, Any]) -> None:
    """Send JSON; a client that has left meanwhile is no error."""
    with contextlib.suppress(ConnectionError):
        await socket.send_json(message)
