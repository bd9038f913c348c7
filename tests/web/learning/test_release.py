"""Publishing: what serves and what is written down are one, whatever goes wrong between."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.web.learning.test_proof import candidate
from tests.web.stand_in import Client
from web.jobs.versions import NoModel, Versions
from web.learning.keys import RELEASES
from web.learning.release import NotServable, Releases
from web.rasa_pool import RasaNotReady, RasaSpec


class Pool:
    """Takes every model into service, unless told otherwise."""

    def __init__(self, folder: Path, ready: bool = True) -> None:
        command = ("rasa", "run", "--model", "old.tar.gz")
        spec = RasaSpec(command, "secret", folder / "log", folder, folder)
        self.current, self.ready = SimpleNamespace(spec=spec), ready

    async def switch(self, spec: RasaSpec, warm: Any) -> None:
        if not self.ready:
            raise RasaNotReady("it did not come up")
        self.current.spec = spec

    @property
    def model(self) -> str:
        return Path(self.current.spec.command[-1]).name


def releases(client: Client, pool: Pool) -> Releases:
    candidate(client, [])
    made = client.app[RELEASES]
    made._pool = pool  # type: ignore[assignment]
    return made


def pointed(made: Releases) -> str | None:
    try:
        return made.versions.current().name
    except NoModel:
        return None


async def test_what_is_published_serves_and_is_written_down(client: Client, tmp_path: Path) -> None:
    made = releases(client, Pool(tmp_path))
    await made.publish("a-1")
    assert pointed(made) == "a-1"
    assert made._pool is not None
    assert Path(made._pool.current.spec.command[-1]).name == "a-1.tar.gz"


async def test_a_model_that_does_not_come_up_is_not_written_down(
    client: Client, tmp_path: Path
) -> None:
    pool = Pool(tmp_path, ready=False)
    made = releases(client, pool)
    with pytest.raises(NotServable):
        await made.publish("a-1")
    assert (pointed(made), pool.model) == (None, "old.tar.gz")


async def test_what_cannot_be_written_down_does_not_go_on_serving(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    pool = Pool(tmp_path)
    made = releases(client, pool)
    monkeypatch.setattr(Versions, "publish", full)
    with pytest.raises(NotServable):
        await made.publish("a-1")
    assert pool.model == "old.tar.gz"
