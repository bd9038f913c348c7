"""Gives birth to web processes within milliseconds, so that hundreds can be killed in a test.

Run as a program: everything is imported and the triage model loaded once; every line on standard
input (a JSON object, see Life) forks one child that serves the real application on the socket
all of them share, and its process id is printed. Nothing of the application runs in the parent.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from shop import rooms
from shop import settings as shop_settings
from shop.database import Database
from tests.web.stand_in import SECRETS
from web.app import create_app
from web.config import AppConfig
from web.rooms import routes, tenure
from web.rooms.board import Board
from web.rooms.engine import Engine
from web.rooms.ledger import Ledger
from web.rooms.triage import TriageModel


@dataclass(frozen=True)
class Life:
    """How one child is to die by itself: at the `at`-th time that it comes to `where`, if any."""

    where: str = ""
    at: int = 1


# Every moment at which what is on disk and what others know of it may differ.
PLACES: dict[str, tuple[Any, str, bool]] = {
    "before the journal": (Engine, "journal", False),
    "between journal and 202": (Engine, "journal", True),
    "between outcome and commit": (rooms, "record", True),
    "between answer and outcome": (rooms, "save_answer", True),
    "between ledger and show": (Ledger, "_write", True),
    "after the show": (Board, "show_next", True),
}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _set_trap(life: Life) -> None:
    """Replace the function at the place by one that ends this process there."""
    owner, name, after = PLACES[life.where]
    real: Callable[..., Any] = getattr(owner, name)
    calls = iter(range(1, 1_000_000))

    def trapped(*args: Any, **kwargs: Any) -> Any:
        last = next(calls) >= life.at
        if last and not after:
            _die()
        result = real(*args, **kwargs)
        # A board with nothing to show has shown nothing.
        if last and (name != "show_next" or result is not None):
            _die()
        return result

    setattr(owner, name, trapped)


def _serve(life: Life, config: AppConfig, listening: socket.socket) -> None:
    if life.where:
        _set_trap(life)
    web.run_app(create_app(config), sock=listening, print=lambda *_: None, access_log=None)


def main() -> None:
    """Fork a child a line until the end of the input."""
    var, rasa_port, lasts, triage = sys.argv[1:]
    model = TriageModel.load(Path(triage))
    routes.trained_model = lambda var, root: model  # type: ignore[attr-defined]
    tenure.LASTS = float(lasts)
    settings = shop_settings.load(
        {"BOXIAOER_VAR": var, "BOXIAOER_RASA_PORT": rasa_port, "BOXIAOER_ROOM_RATE": "200"}
    )
    # Brings in what a migration needs; its connections must not be shared with the children.
    database = Database(settings.database_url)
    database.migrate()
    database.dispose()
    config = AppConfig(settings, SECRETS, rasa_command=None, serve_actions=False)
    # What is here now is never collected, so the children share its pages.
    gc.freeze()
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    print(listening.getsockname()[1], flush=True)  # noqa: T201
    for line in sys.stdin:
        # Those that died since the last one; a zombie is of no more use to anybody.
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        pid = os.fork()
        if pid == 0:
            sys.stdin.close()
            try:
                _serve(Life(**json.loads(line)), config, listening)
            finally:
                os._exit(1)
        print(pid, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
