"""The training job, with small real child processes in the trainer's place."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from web.learning.training import NothingRunning, Plan, Training, TrainingRunning, memory_mb
from web.rasa_pool.orphans import end_orphans

FINE = "print('trained')"
CRASHES = "import sys; print('no data'); sys.exit('ValueError: no training data')"
SLEEPS = "import time; time.sleep(60)"
GROWS = "kept = bytearray(300_000_000)\nimport time; time.sleep(60)"


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., Plan]:
    finished: list[float] = []

    async def finish(seconds: float) -> None:
        finished.append(seconds)

    def make(code: str, memory_mb: int = 6000) -> Plan:
        argv = [sys.executable, "-c", code]
        log = tmp_path / "log" / "train.log"
        return Plan("a-1", argv, dict(os.environ), tmp_path, log, 1.0, memory_mb, finish)

    make.finished = finished  # type: ignore[attr-defined]
    return make


async def test_a_training_ends_with_its_model_proved(
    tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    training = Training(tmp_path / "training.json")
    assert training.start(lambda: plan(FINE)).state == "running"
    state = await training.wait()
    assert (state.state, state.share, state.name, state.error) == ("done", 1.0, "a-1", "")
    assert len(plan.finished) == 1  # type: ignore[attr-defined]
    assert Training(tmp_path / "training.json").state == state


async def test_a_crash_tells_its_last_words(tmp_path: Path, plan: Callable[..., Plan]) -> None:
    training = Training(tmp_path / "training.json")
    training.start(lambda: plan(CRASHES))
    state = await training.wait()
    assert state.state == "failed"
    assert "ValueError: no training data" in state.error
    assert plan.finished == []  # type: ignore[attr-defined]


async def test_too_much_memory_ends_the_child_and_says_so(
    tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    training = Training(tmp_path / "training.json")
    training.start(lambda: plan(GROWS, memory_mb=150))
    state = await training.wait()
    assert state.state == "failed"
    assert "内存超过150MB" in state.error


async def test_one_training_at_a_time_and_it_can_be_cancelled(
    tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    training = Training(tmp_path / "training.json")
    training.start(lambda: plan(SLEEPS))
    with pytest.raises(TrainingRunning):
        training.start(lambda: plan(FINE))
    began = time.monotonic()
    await asyncio.sleep(0.5)
    assert (await training.cancel()).state == "cancelled"
    assert time.monotonic() - began < 30
    with pytest.raises(NothingRunning):
        await training.cancel()
    training.start(lambda: plan(FINE))
    assert (await training.wait()).state == "done"


async def test_a_training_that_died_with_web_is_told_of(
    tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    path = tmp_path / "training.json"
    training = Training(path)
    training.start(lambda: plan(SLEEPS))
    await asyncio.sleep(0.2)
    assert Training(path).state.state == "failed"
    assert "重启" in Training(path).state.error
    await training.close()


async def test_the_child_of_a_killed_web_is_found_by_the_next(
    tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    training = Training(tmp_path / "training.json")
    training.start(lambda: plan(SLEEPS))
    note = tmp_path / "trainer.json"
    while not note.exists():
        await asyncio.sleep(0.01)
    end_orphans(tmp_path)
    assert training.running  # its web lives
    written = json.loads(note.read_text())
    note.write_text(json.dumps({**written, "parent": 2**22 - 1}))
    end_orphans(tmp_path)
    assert (await training.wait()).state == "failed"
    assert not note.exists()


async def test_what_fails_after_training_is_a_failure(
    tmp_path: Path, plan: Callable[..., Plan]
) -> None:
    training = Training(tmp_path / "training.json")

    def broken() -> Plan:
        raise OSError("disk full")

    training.start(broken)
    state = await training.wait()
    assert (state.state, "disk full" in state.error) == ("failed", False)


def test_memory_of_a_process_that_is_gone_is_nothing() -> None:
    assert memory_mb(os.getpid()) > 10
    assert memory_mb(2**22 - 1) == 0
