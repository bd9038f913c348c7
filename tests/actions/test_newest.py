"""A model that follows its pointer: never half, never lost, never waited for but once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from actions import models, newest
from actions.newest import Newest


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "GLANCE", 0.0)
    monkeypatch.setattr(newest, "REST", 0.0)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert holds()


def point(file: Path, folder: str) -> None:
    models.record(file, {"folder": folder})


def test_the_first_is_waited_for_and_the_next_loads_beside_the_answers(tmp_path: Path) -> None:
    file, gate = tmp_path / "m.json", threading.Event()
    gate.set()

    def load() -> str:
        gate.wait(20)
        return str(models.recorded(file)["folder"])

    model: Newest[str] = Newest(file, load)
    assert model.get() is None
    point(file, "one")
    assert (model.get(), model.version) == ("one", "one")
    gate.clear()
    point(file, "two")
    began = time.monotonic()
    assert [model.get() for _ in range(50)] == ["one"] * 50
    assert time.monotonic() - began < 5  # it does not wait for the gate
    gate.set()
    until(lambda: model.get() == "two")
    assert model.version == "two"


@pytest.mark.parametrize("failing", [lambda: None, lambda: 1 / 0])
def test_a_newer_one_that_cannot_be_loaded_leaves_the_old_one(
    tmp_path: Path, failing: Callable[[], object]
) -> None:
    file, tries = tmp_path / "m.json", 0

    def load() -> object:
        nonlocal tries
        tries += 1
        return "one" if tries == 1 else failing()

    model: Newest[object] = Newest(file, load)
    point(file, "one")
    assert model.get() == "one"
    point(file, "two")
    until(lambda: bool(model.get()) and tries > 1)
    assert (model.get(), model.version) == ("one", "one")


def test_what_changes_between_two_fits_is_followed(tmp_path: Path) -> None:
    file, state = tmp_path / "m.json", [1]
    model: Newest[list[int]] = Newest(
        file, lambda: [state[0]], changed=lambda: state[0], follow=lambda m: m.append(state[0])
    )
    point(file, "one")
    assert model.get() == [1]
    state[0] = 2
    until(lambda: model.get() == [1, 2])
    time.sleep(0.05)
    assert model.get() == [1, 2]
