"""The whole thing as `make run` starts it, once for the session, in a var folder of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOXIAOER = ROOT / ".venv" / "bin" / "boxiaoer"
# Made once by `make test`; making them again for each run would only cost time.
SHARED = ("encoder", "models/assistant", "models/triage")
READY_WITHIN = 150


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Running:
    """A started 播小二."""

    url: str
    environ: dict[str, str]
    process: subprocess.Popen[str]
    printed: str
    var: Path

    def call(
        self, method: str, path: str, body: Any = None, key: str | None = None
    ) -> tuple[int, Any]:
        """Status and parsed body; an error's body too."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
        headers = {"Content-Type": "application/json"} if raw is not None else {}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        request = urllib.request.Request(self.url + path, raw, headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return response.status, json.loads(response.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    @property
    def ingest_key(self) -> str:
        return str(json.loads((self.var / "secrets.json").read_text())["ingest_key"])


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    var = tmp_path_factory.mktemp("var")
    for name in SHARED:
        share(var, name)
    with started(var) as made:
        yield made


def share(var: Path, name: str) -> None:
    """Use the project's own folder of this name: it is only read."""
    (var / name).parent.mkdir(parents=True, exist_ok=True)
    (var / name).symlink_to(ROOT / "var" / name)


@contextmanager
def started(var: Path) -> Iterator[Running]:
    """`boxiaoer run` on this var folder, from ready to ended."""
    port = free_port()
    environ = {k: v for k, v in os.environ.items() if not k.startswith("BOXIAOER_")} | {
        "BOXIAOER_VAR": str(var),
        "BOXIAOER_PORT": str(port),
        "BOXIAOER_RASA_PORT": str(free_port()),
        "BOXIAOER_ACTION_PORT": str(free_port()),
        "BOXIAOER_ROOM_RATE": "50",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [str(BOXIAOER), "run"], env=environ, cwd=var, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        printed = _until_ready(process)
        yield Running(f"http://127.0.0.1:{port}", environ, process, printed, var)
    finally:
        process.terminate()
        process.wait(30)


def _until_ready(process: subprocess.Popen[str]) -> str:
    printed = ""
    deadline = time.monotonic() + READY_WITHIN
    assert process.stdout is not None
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        if not line:
            break
        printed += line
        if "one-time sign-in" in line:
            return printed
    raise AssertionError(f"not ready within {READY_WITHIN} s:\n{printed}")


Chat = Callable[..., dict[str, Any]]


@pytest.fixture
def chat(running: Running) -> Chat:
    """Ask in one session: chat("多少钱", sku="DRS-001")."""
    session: dict[str, str] = {}

    def ask(text: str, **more: Any) -> dict[str, Any]:
        status, answer = running.call("POST", "/api/chat", {"text": text, **session, **more})
        assert status == 200, answer
        session["session"] = answer["session"]
        return dict(answer)

    return ask


def said(answer: dict[str, Any]) -> str:
    """Everything that the viewer reads in an answer."""
    return " ".join(
        str(value)
        for block in answer["replies"]
        for key, value in block.items()
        if key in ("text", "title")
    )
