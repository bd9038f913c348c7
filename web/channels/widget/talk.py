"""GET /ws/chat: one viewer's conversation over a WebSocket, in JSON messages.

Client: {"type":"hello","session"?,"sku"?} first, then {"type":"message","id","text"} and
{"type":"ping"}. Server: {"type":"session","session"}, {"type":"typing"}, {"type":"reply","id",
"replies","meta"}, {"type":"offer","replies"}, {"type":"pong"}, and {"type":"error","id"?,"error"}.
A message sent again with the same id gets the same reply, not a second one.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from web.channels.widget.connections import CONNECTIONS, send
from web.chat import Context, Reply
from web.errors import ApiError, public_error
from web.keys import MEASURES, PRESENCE, SESSIONS
from web.payload import CHAT_BODY_LIMIT, parse_object, text_field
from web.sessions import Session
from web.talking import answer, product_context

CHANNEL = "widget"
# Below the minute after which many phones and proxies cut a silent connection.
_HEARTBEAT = 25.0
_ID_LIMIT = 1024


async def ws_chat(request: web.Request) -> web.WebSocketResponse:
    """Hold a conversation until the client leaves."""
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=2 * CHAT_BODY_LIMIT)
    await socket.prepare(request)
    with request.app[MEASURES].connections.track_inprogress():
        await Talk(request.app, socket).run()
    return socket


class Talk:
    """One open socket: who is at its other end, and the messages being answered."""

    def __init__(self, app: web.Application, socket: web.WebSocketResponse) -> None:
        self._app = app
        self._socket = socket
        self._session: Session | None = None
        self._context = Context()
        self._opened = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()
        self._kinds: dict[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "hello": self._hello,
            "message": self._message,
            "ping": self._ping,
        }

    async def run(self) -> None:
        """Read messages until the socket closes."""
        try:
            async for frame in self._socket:
                await self._receive(frame)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._session:
                self._app[CONNECTIONS].remove(self._session.viewer, self._socket)

    async def _receive(self, frame: WSMessage) -> None:
        message: dict[str, Any] = {}
        try:
            if frame.type is not WSMsgType.TEXT:
                raise ApiError(400, "bad_json", "messages are JSON in text frames")
            message = parse_object(frame.data)
            handle = self._kinds.get(str(message.get("type")))
            if handle is None:
                raise ApiError(400, "unknown_type", f"type is one of: {', '.join(self._kinds)}")
            await handle(message)
        except Exception as error:
            await self._send_error(error, message.get("id"))

    async def _hello(self, message: dict[str, Any]) -> None:
        if self._session:
            raise ApiError(409, "already_greeted", "this connection has its session already")
        session = self._app[SESSIONS].open_or_issue(text_field(message, "session", _ID_LIMIT))
        sku = text_field(message, "sku", _ID_LIMIT)
        self._context = await product_context(self._app, sku) if sku else Context()
        await self._app[PRESENCE].note(session.viewer, CHANNEL)
        self._session = session
        self._app[CONNECTIONS].add(session.viewer, self._socket)
        await send(self._socket, {"type": "session", "session": session.token})

    async def _message(self, message: dict[str, Any]) -> None:
        if self._session is None:
            raise ApiError(401, "hello_first", "say hello before the first message")
        message_id = text_field(message, "id", _ID_LIMIT)
        text = message.get("text")
        if not message_id or not isinstance(text, str):
            raise ApiError(400, "bad_field", "a message has an id and a text")
        # Not awaited here: the socket must go on reading, or its heartbeat would starve.
        task = asyncio.create_task(self._answer(self._session.viewer, message_id, text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ping(self, message: dict[str, Any]) -> None:
        await send(self._socket, {"type": "pong"})

    async def _answer(self, viewer: str, message_id: str, text: str) -> None:
        async def ask() -> Reply:
            context = replace(self._context, stayed_s=time.monotonic() - self._opened)
            return await answer(self._app, viewer, CHANNEL, text, context)

        await send(self._socket, {"type": "typing"})
        try:
            reply = await self._app[CONNECTIONS].answered(viewer, message_id, ask)
        except Exception as error:
            await self._send_error(error, message_id)
            return
        body = {"type": "reply", "id": message_id, "replies": reply.blocks, "meta": reply.meta}
        await send(self._socket, body)

    async def _send_error(self, error: Exception, message_id: Any) -> None:
        about = {"id": message_id} if isinstance(message_id, str) else {}
        await send(self._socket, {"type": "error", **about, **public_error(error)})
