"""What the application holds open while it runs; each opens, yields, and closes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web

from actions import desk
from web.action_server import ACTION_HOST, action_app, action_executor
from web.keys import ACTION_PORT, CONFIG, DATABASE, DESK, GATEWAY, MEASURES, RASA_POOL
from web.rasa_pool import RasaPool, RasaSpec, serving_environment

# Actions wait for the database, not for the processor; more would only queue at its lock.
_ACTION_THREADS = 8


async def database_context(app: web.Application) -> AsyncIterator[None]:
    """Bring the tables up to date; close the connections at the end."""
    await asyncio.to_thread(app[DATABASE].migrate)
    yield
    await asyncio.to_thread(app[DATABASE].dispose)


async def desk_context(app: web.Application) -> AsyncIterator[None]:
    """The desk that actions and recommendations work at, its models loaded."""
    app[DESK] = await asyncio.to_thread(desk.open_desk, app[CONFIG].settings, app[DATABASE])
    yield
    await asyncio.to_thread(app[DESK].close)


async def actions_context(app: web.Application) -> AsyncIterator[None]:
    """The actions' endpoint on loopback."""
    config = app[CONFIG]
    if not config.serve_actions:
        yield
        return
    desk.configure(app[DESK])
    threads = ThreadPoolExecutor(_ACTION_THREADS, thread_name_prefix="action")
    executor = action_executor("actions", threads)
    runner = web.AppRunner(action_app(executor, config.secrets.shared_secret), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, ACTION_HOST, config.settings.action_port)
        await site.start()
        app[ACTION_PORT] = runner.addresses[0][1]
        yield
    finally:
        await runner.cleanup()
        threads.shutdown(wait=False, cancel_futures=True)
        desk.configure(None)


async def rasa_context(app: web.Application) -> AsyncIterator[None]:
    """The Rasa process, unless somebody else runs it. Does not wait for it to be ready."""
    config = app[CONFIG]
    if config.rasa_command is None:
        yield
        return
    settings = config.settings
    action_port = app.get(ACTION_PORT, settings.action_port)
    spec = RasaSpec(
        command=config.rasa_command,
        secret=config.secrets.shared_secret,
        log=settings.var / "log" / "rasa.log",
        pid_folder=config.state_folder,
        cwd=config.root,
        environment=serving_environment(settings, config.secrets, action_port, config.root),
    )
    app[RASA_POOL] = RasaPool(spec, settings.rasa_port, app[MEASURES].rasa_starts.inc)
    app[RASA_POOL].start()
    yield
    await app[RASA_POOL].stop()


async def gateway_context(app: web.Application) -> AsyncIterator[None]:
    """The connections to Rasa."""
    await app[GATEWAY].open()
    yield
    await app[GATEWAY].close()
