"""The WebSockets that feed the overlay (anyone, public answers only) and the prompter (the host).

Overlay: {"type":"answer","id","askers","count","blocks"}, {"type":"askers","id","askers"}.
Host: {"type":"counts",…}, {"type":"prompt","items"}, {"type":"outcome",…}, {"type":"shelf",…},
{"type":"buyers","viewers"}. Both: {"type":"beat"}, so that a page notices a line that died without
a word. Nothing that a page sends is read, except that it closes.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

from aiohttp import WSCloseCode, web

from web.rooms.access import require_host
from web.rooms.audience import Audience, Listener, Message
from web.rooms.registry import ROOMS

# Below the minute after which many phones and proxies cut a silent connection.
_HEARTBEAT = 25.0
# A browser cannot see pings: by these messages a page knows that the line is alive.
BEAT_SECONDS = 20.0
_MAX_MESSAGE = 4096
_SEND_SECONDS = 10.0


async def ws_overlay(request: web.Request) -> web.WebSocketResponse:
    """Public answers, as they are shown."""
    engine = await request.app[ROOMS].engine(request.match_info["room"])
    return await _feed(request, engine.overlay, engine.board.recall())


async def ws_host(request: web.Request) -> web.WebSocketResponse:
    """Everything the host needs; 401 for anyone else."""
    room = request.match_info["room"]
    require_host(request, room)
    engine = await request.app[ROOMS].engine(room)
    return await _feed(request, engine.host, await engine.state())


async def _feed(
    request: web.Request, audience: Audience, first: Sequence[Message]
) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_MAX_MESSAGE)
    with audience.listening() as listener:
        for message in first:
            listener.put(message)
        await socket.prepare(request)
        sending = asyncio.create_task(_send(socket, listener, request.transport))
        beating = asyncio.create_task(_beat(listener))
        try:
            # Reading is what notices that the page has gone.
            async for _ in socket:
                pass
        finally:
            beating.cancel()
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
    return socket


async def _beat(listener: Listener) -> None:
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        listener.put({"type": "beat"})


async def _send(
    socket: web.WebSocketResponse, listener: Listener, transport: asyncio.Transport | None
) -> None:
    try:
        async for message in listener.messages():
            await asyncio.wait_for(socket.send_json(message), _SEND_SECONDS)
        # Too far behind, or the room closes: the page connects anew by itself.
        closing = socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
        await asyncio.wait_for(closing, _SEND_SECONDS)
    except TimeoutError:
        # Nobody reads at the other end, and a goodbye would wait there like everything else.
        if transport is not None:
            transport.abort()
    except (ConnectionError, RuntimeError):
        await socket.close(code=WSCloseCode.TRY_AGAIN_LATER)
