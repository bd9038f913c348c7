"""Two engines on one room: the second refuses, and takes over when the first is gone."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from shop import rooms as journal
from shop.database import Database
from shop.models import RoomLeaseRow
from shop.room_lease import LeaseLost, RoomHeld
from shop.rooms import Incoming
from tests.web.rooms.journal import Say, all_decided
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import SECRETS, Client, bearer
from web.app import create_app
from web.gateway import Gateway
from web.rooms import holder, tenure
from web.rooms.engine import Engine, Tools
from web.rooms.registry import Rooms
from web.rooms.tenure import Tenure
from web.rooms.triage import TriageModel

MakeRooms = Callable[[], Rooms]


@pytest.fixture
async def make_rooms(
    database: Database, gateway: Gateway, triage_model: TriageModel
) -> AsyncIterator[MakeRooms]:
    """Registries on one database, as two processes would have them."""
    made: list[Rooms] = []

    def make() -> Rooms:
        made.append(Rooms(database, gateway, 1000.0, lambda: triage_model))
        return made[-1]

    yield make
    for one in made:
        await one.close()


def incoming(*texts: str) -> list[Incoming]:
    now = datetime.now(UTC)
    return [Incoming(f"i{n}-{t}", f"v{n}", "", t, now) for n, t in enumerate(texts)]


def expire(database: Database) -> None:
    with database.begin() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(RoomLeaseRow).values(expires_at=past))


async def until(true: Callable[[], Any], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def second_app(config: Any, aiohttp_client: Any) -> AsyncIterator[Client]:
    client = await aiohttp_client(create_app(config))
    yield client
    await client.close()


async def test_every_route_that_needs_the_engine_says_who_has_it(
    client: Client, config: Any, aiohttp_client: Any, rasa: RoomRasa
) -> None:
    key, body = bearer(SECRETS.ingest_key), {"comments": []}
    path = "/api/rooms/demo/comments"
    async with client.post(path, json=body, headers=key) as response:
        assert response.status == 202
    async with second_app(config, aiohttp_client) as other:
        one = {"comments": [{"id": "1", "viewer": "u", "text": "多少钱"}]}
        for method, url, sent in (
            ("POST", path, one), ("POST", "/api/rooms/demo/on_air", {"sku": "A1"}),
            ("GET", "/api/rooms/demo/outcomes", None), ("GET", "/overlay/demo", None),
            ("GET", "/ws/rooms/demo/overlay", None),
        ):  # fmt: skip
            async with other.request(method, url, json=sent, headers=key) as response:
                assert (response.status, (await response.json())["error"]["code"]) == (
                    409, "room_held",
                ), url  # fmt: skip
        await client.close()
        await asyncio.sleep(1.1)
        async with other.post(path, json=one, headers=key) as response:
            # None of what was refused had been kept.
            assert (response.status, await response.json()) == (
                202, {"accepted": 1, "duplicates": 0},
            )  # fmt: skip


async def test_what_a_held_room_left_open_is_taken_up_when_its_process_ends(
    make_rooms: MakeRooms, database: Database, rasa: RoomRasa
) -> None:
    rasa.down = True
    first, second = make_rooms(), make_rooms()
    await first.take("demo", incoming("多少钱", "怎么洗"))
    await second.recover()
    with pytest.raises(RoomHeld):
        await second.engine("demo")
    await first.close()
    rasa.down = False
    outcomes = await all_decided(database)
    assert sorted(kind for kind, _ in outcomes.values()) == ["answered", "answered"]


async def test_a_paused_engine_decides_nothing_once_another_has_begun(
    make_rooms: MakeRooms, database: Database, rasa: RoomRasa, caplog: pytest.LogCaptureFixture
) -> None:
    rasa.delay = 0.3
    first, second = make_rooms(), make_rooms()
    await first.take("demo", incoming("多少钱", "几号发货"))
    old = await first.engine("demo")
    shown: list[Any] = []
    old.overlay.send = shown.append  # type: ignore[method-assign]
    await asyncio.sleep(0.1)  # both are being parsed
    expire(database)
    await second.engine("demo")
    outcomes = await all_decided(database)
    await until(lambda: "was taken by another process" in caplog.text)
    assert sorted(kind for kind, _ in outcomes.values()) == ["answered", "answered"]
    assert shown == []
    with pytest.raises(RoomHeld):
        await first.take("demo", incoming("券在哪领"))
    with database.read() as session:
        assert journal.counts(session, "demo")["accepted"] == 2


async def test_the_journal_is_fenced_too(database: Database, tools: Tools) -> None:
    held = Tenure(database, "demo")
    held.take()
    engine = Engine("demo", tools, tenure=held)
    expire(database)
    Tenure(database, "demo").take()
    with pytest.raises(LeaseLost):
        engine.journal(incoming("多少钱"))
    with database.read() as session:
        assert journal.counts(session, "demo")["accepted"] == 0
    await engine.stop()


async def test_a_running_engine_renews(
    make_rooms: MakeRooms, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tenure, "LASTS", 2.0)
    first, second = make_rooms(), make_rooms()
    engine = await first.engine("demo")
    await asyncio.sleep(3.0)
    with pytest.raises(RoomHeld):
        await second.engine("demo")
    assert not engine.ended.done()


async def test_an_engine_with_a_tenure_answers(database: Database, tools: Tools, say: Say) -> None:
    held = Tenure(database, "demo")
    held.take()
    engine = Engine("demo", tools, tenure=held)
    engine.start()
    engine.accept(say("多少钱"))
    assert list((await all_decided(database)).values()) == [("answered", "public")]
    await engine.stop()
    Tenure(database, "demo").take()


def test_a_killed_process_is_seen_to_be_dead() -> None:
    said = "from web.rooms import holder; print(holder.this_process(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", said], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert holder.alive(name)
        process.kill()
        while process.poll() is None and holder.alive(name):
            pass
        assert not holder.alive(name)
    place, pid, _ = holder.this_process().split("|")
    assert holder.alive(holder.this_process())
    # Another process that has the number now; another machine; nobody's name at all.
    assert not holder.alive(f"{place}|{pid}|1")
    for elsewhere in (f"elsewhere|{pid}|1", "", "|1|1", f"{place}|x|1"):
        assert holder.alive(elsewhere)
