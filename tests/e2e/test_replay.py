"""A recorded room through the running whole, and Rasa dying in the middle of a show."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import BOXIAOER, ROOT, Running

pytestmark = [pytest.mark.needs_rasa, pytest.mark.timeout(600)]


def replay(running: Running, file: Path, *options: str) -> str:
    done = subprocess.run(
        [str(BOXIAOER), "replay", str(file), "--speed", "0", *options],
        env=running.environ, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_demo_room_ends_with_one_outcome_a_comment(running: Running) -> None:
    printed = replay(running, ROOT / "data" / "demo_shop" / "room.jsonl")
    numbers = [int(found) for found in re.findall(r"\b\d+\b", printed)]
    assert max(numbers) >= 400, printed


def test_rasa_killed_in_a_show_loses_nothing(running: Running, tmp_path: Path) -> None:
    pid = _rasa_pid(running)
    comments = [
        {"id": f"kill-{i}", "viewer": f"k{i}", "text": f"{i % 20 + 1}号链接多少钱"}
        for i in range(40)
    ]
    status, accepted = running.call(
        "POST", "/api/rooms/demo/comments", {"comments": comments}, key=running.ingest_key
    )
    assert (status, accepted["accepted"]) == (202, 40)
    subprocess.run(["kill", f"-{signal.SIGKILL}", str(pid)], check=True)
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline and _undecided(running):
        time.sleep(2)
    assert _undecided(running) == 0
    assert _rasa_pid(running) != pid


def _rasa_pid(running: Running) -> int:
    notes = list((running.var / "web").glob("rasa-*.json"))
    return int(json.loads(notes[0].read_text())["pid"])


def _undecided(running: Running) -> int:
    status, body = running.call("GET", "/api/rooms/demo/outcomes?limit=1", key=running.ingest_key)
    assert status == 200, body
    return int(body["counts"]["pending"])
