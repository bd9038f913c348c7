"""`boxiaoer run`: make what is missing, then start everything and say where it is."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from aiohttp import web
from threadpoolctl import threadpool_limits

from web.app import create_app
from web.commands import train
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation
from web.config import AppConfig
from web.gateway import AssistantFailed, AssistantUnavailable
from web.jobs import assistant, demo
from web.keys import DOOR, GATEWAY
from web.rasa_pool import rasa_command

READY_WITHIN = 120.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing yet: settings come from the environment."""


def run(parsed: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    with installation() as here:
        train.train(here, if_needed=True)
        model, _ = assistant.current(here.settings)
        config = AppConfig(here.settings, here.secrets, rasa_command(_python(here.root), model))
        # Small matrices in many threads of ours: more below each would only wait for one another.
        with threadpool_limits(1, "blas"):
            asyncio.run(_serve(create_app(config), here))
    return 0


def _python(root: Path) -> Path:
    python = root / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        raise CommandFailed("the Rasa environment is missing: run `make setup`")
    return python


async def _serve(app: web.Application, here: Installation) -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        await runner.setup()
        site = web.TCPSite(runner, here.settings.host, here.settings.port)
        await _bind(site, here)
        print("starting Rasa …", flush=True)
        waiting = asyncio.create_task(_announce(app, here))
        await stop.wait()
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    finally:
        await runner.cleanup()


async def _bind(site: web.TCPSite, here: Installation) -> None:
    try:
        await site.start()
    except OSError as error:
        raise CommandFailed(
            f"port {here.settings.port} cannot be used ({error.strerror}): "
            "is it running already? BOXIAOER_PORT chooses another"
        ) from error


async def _announce(app: web.Application, here: Installation) -> None:
    """Print the addresses once Rasa answers."""
    deadline = asyncio.get_running_loop().time() + READY_WITHIN
    while asyncio.get_running_loop().time() < deadline:
        try:
            await app[GATEWAY].health()
        except (AssistantUnavailable, AssistantFailed):
            await asyncio.sleep(0.5)
            continue
        print(_addresses(here.settings.url, app[DOOR].link_token()), flush=True)
        return
    print(
        f"Rasa did not answer within {READY_WITHIN:.0f} s; see {here.settings.var}/log/rasa.log",
        file=sys.stderr,
    )


def _addresses(url: str, token: str) -> str:
    rows = (
        ("widget", f"{url}/widget"),
        ("overlay", f"{url}/overlay/{demo.ROOM}"),
        ("prompter", f"{url}/prompter/{demo.ROOM}"),
        ("console", f"{url}/console/enter?token={token}  (one-time sign-in)"),
    )
    return "播小二 is ready (Ctrl-C stops it)\n" + "\n".join(
        f"  {name:<9} {address}" for name, address in rows
    )
