"""The processes under test: 播小二 as `boxiaoer run` starts it, and a plain Rasa beside it."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.live_room.mix import ROOT
from shop.database import Database
from shop.settings import Secrets, Settings, load, secrets
from web.jobs import assistant
from web.rasa_pool import serving_environment
from web.rasa_pool.spec import free_port

# Made once by the set-up; making them again for each run would only cost time.
SHARED = ("encoder", "models/assistant", "models/triage")
READY_WITHIN = 180.0
# Rasa's own REST channel, as its documentation sets it up.
REST = "rest:\n"


class NotReady(Exception):
    """A process did not come up; the message says where its log is."""


@dataclass(frozen=True)
class Running:
    """A started 播小二 on a var folder of its own."""

    url: str
    settings: Settings
    keys: Secrets
    database: Database
    pid: int


@contextmanager
def boxiaoer(folder: Path) -> Iterator[Running]:
    """`boxiaoer run` with the demo shop, from ready to ended. Raises NotReady."""
    var, log = folder / "var", folder / "web.log"
    for name in SHARED:
        (var / name).parent.mkdir(parents=True, exist_ok=True)
        (var / name).symlink_to(ROOT / "var" / name)
    environ = _outside() | {
        "BOXIAOER_VAR": str(var),
        **{f"BOXIAOER_{kind}PORT": str(free_port()) for kind in ("", "RASA_", "ACTION_")},
    }
    settings = load({key: value for key, value in environ.items() if key.startswith("BOXIAOER_")})
    command = [str(ROOT / ".venv/bin/python"), "-m", "web.cli", "run"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=said, stderr=said)
    database = Database(settings.database_url)
    try:
        _until_answers(f"{settings.url}/healthz", process, log)
        yield Running(settings.url, settings, secrets(var), database, process.pid)
    finally:
        database.dispose()
        process.terminate()
        process.wait(30)


@contextmanager
def plain_rasa(running: Running, folder: Path) -> Iterator[tuple[str, int]]:
    """The same model behind Rasa's own REST channel: its address and process id.

    It asks the same actions, which stay in the process of `running`. Raises NotReady.
    """
    port, log, credentials = free_port(), folder / "rasa.log", folder / "credentials.yml"
    credentials.write_text(REST, "utf-8")
    model, _ = assistant.current(running.settings)
    command = [
        *(str(ROOT / ".venv-rasa/bin/python"), "-m", "rasa", "run", "--model", str(model)),
        *("--interface", "127.0.0.1", "--port", str(port)),
        *("--credentials", str(credentials), "--endpoints", "endpoints.yml"),
    ]
    settings, keys = running.settings, running.keys
    environ = serving_environment(settings, keys, settings.action_port, ROOT)
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=said, stderr=said)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_answers(f"{url}/", process, log)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="boxiaoer-room-") as name:
        yield Path(name)


def family_rss_mb(pid: int) -> float:
    """Resident memory of a process and all below it, in MB."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue  # it has just ended
        children.setdefault(parent, []).append(int(stat.parent.name))
    pages, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, [])
        try:
            pages += int(Path(f"/proc/{one}/statm").read_text().split()[1])
        except OSError:
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _outside() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("BOXIAOER_")}


def _until_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    words = log.read_text("utf-8", "replace").strip().splitlines()[-1:] or ["no output"]
    raise NotReady(f"{url} did not come up: {words[0]}")
