"""The routes of live rooms, and the engines behind them."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from web.keys import CONFIG, DATABASE, DESK, GATEWAY
from web.rooms import api, handoffs, pages, sockets
from web.rooms.buyers import Buyers
from web.rooms.connectors import api as doors
from web.rooms.connectors.running import connectors_context
from web.rooms.proactive import routes as proactive
from web.rooms.registry import ROOMS, Rooms, trained_model

# Threads that wait for a locked database must leave some for those who only read; two cores
# would have six in all. A thread is made only when all the others are busy.
_THREADS = 32


def setup(app: web.Application) -> None:
    """Add the routes; take up what was left open when the application starts."""
    app.cleanup_ctx.extend([rooms_context, connectors_context])
    app.on_shutdown.append(_close)
    app.router.add_post("/api/rooms/{room}/comments", api.post_comments)
    app.router.add_get("/ws/rooms/{room}/comments", doors.ws_comments)
    app.router.add_post("/api/rooms/{room}/douyin", doors.post_douyin)
    app.router.add_post("/api/rooms/{room}/on_air", api.post_on_air)
    app.router.add_get("/api/rooms/{room}/outcomes", api.get_outcomes)
    app.router.add_post("/api/rooms/{room}/handoffs", handoffs.post_handoffs)
    app.router.add_post(r"/api/rooms/{room}/handoffs/{pk:\d+}", handoffs.post_handoff)
    app.router.add_post(r"/api/rooms/{room}/handoffs/{pk:\d+}/teach", handoffs.post_teach)
    app.router.add_post("/api/rooms/{room}/host_token", api.post_host_token)
    app.router.add_get("/ws/rooms/{room}/overlay", sockets.ws_overlay)
    app.router.add_get("/ws/rooms/{room}/host", sockets.ws_host)
    app.router.add_get("/overlay/{room}", pages.overlay)
    app.router.add_get("/prompter/{room}", pages.prompter)
    proactive.setup(app)


async def rooms_context(app: web.Application) -> AsyncIterator[None]:
    """The engines of the rooms, from start-up to the end."""
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="room")
    asyncio.get_running_loop().set_default_executor(threads)
    config = app[CONFIG]
    load = functools.partial(trained_model, config.settings.var, config.root)
    held = app[DESK]
    buyers = Buyers(app[DATABASE], lambda: held.propensity)
    looking = asyncio.create_task(buyers.run())
    app[ROOMS] = Rooms(
        app[DATABASE], app[GATEWAY], config.settings.room_rate, load, propensity=buyers
    )
    await app[ROOMS].recover()
    yield
    await app[ROOMS].close()
    looking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await looking


async def _close(app: web.Application) -> None:
    # At shutdown, before the connections are waited for: open sockets end with their engines.
    await app[ROOMS].close()
