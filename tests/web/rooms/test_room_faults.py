"""Bad luck with the real application: the disk full, the database locked or gone, a part dead."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from shop import catalogue, rooms
from shop.catalogue import Product
from shop.database import Database
from shop.rooms import Accepted, Incoming
from tests.shop.conftest import _postgres
from tests.web.rooms.journal import Say, all_decided, counted
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import SECRETS, Client, bearer
from web.gateway import Gateway
from web.keys import DATABASE
from web.rooms import registry, sockets
from web.rooms.engine import Engine
from web.rooms.registry import ROOMS, Rooms
from web.rooms.triage import TriageModel

KEY = bearer(SECRETS.ingest_key)
COMMENTS = "/api/rooms/demo/comments"
BIG = "这件怎么洗" + "洗" * 4000


async def post(client: Client, *rows: dict[str, Any]) -> tuple[int, Any]:
    async with client.post(COMMENTS, json={"comments": rows}, headers=KEY) as response:
        return response.status, await response.json()


def row(number: int, text: str = "多少钱", **more: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "viewer": f"u{number}", "text": text, **more}


def incoming(start: int, *texts: str) -> list[Incoming]:
    now = datetime.now(UTC)
    return [Incoming(f"c{n}", f"v{n}", "", t, now) for n, t in enumerate(texts, start)]


@pytest.fixture
async def room(
    database: Database, gateway: Gateway, triage_model: TriageModel
) -> AsyncIterator[Rooms]:
    made = Rooms(database, gateway, 1000.0, lambda: triage_model)
    yield made
    await made.close()


class Disk:
    """Makes the database's file unable to grow, by SQLite's own limit."""

    def __init__(self, database: Database) -> None:
        self.full = False
        event.listen(database.engine, "begin", self._limit)

    def _limit(self, connection: Any) -> None:
        pages = "(SELECT page_count FROM pragma_page_count)"
        raw = connection.connection.driver_connection
        most = raw.execute(f"SELECT {pages}").fetchone()[0] if self.full else 2**30
        raw.execute(f"PRAGMA max_page_count={most}")


async def test_a_full_disk_acknowledges_nothing_and_loses_nothing(
    client: Client, rasa: RoomRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.rooms.ledger._RETRY_SECONDS", 0.05)
    database = client.app[DATABASE]
    disk = Disk(database)
    rasa.delay = 0.3
    status, _ = await post(client, *(row(n, f"第{n}件怎么洗") for n in range(20)))
    assert status == 202
    disk.full = True  # with twenty answers on their way
    many = [row(n, BIG) for n in range(100, 160)]
    status, body = await post(client, *many)
    assert (status, body["error"]["code"]) == (503, "database_unavailable")
    with database.read() as session:
        assert rooms.counts(session, "demo")["accepted"] == 20
    await asyncio.sleep(0.5)
    disk.full = False
    assert await post(client, *many) == (202, {"accepted": 60, "duplicates": 0})
    outcomes = await all_decided(database)
    assert len(outcomes) == 80
    assert [outcomes[f"c{n}"][0] for n in range(20)] == ["answered"] * 20


async def test_a_database_locked_for_long_refuses_and_then_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "INTAKE_SECONDS", 0.3)
    database = client.app[DATABASE]
    await post(client, row(0, "怎么洗"))
    await all_decided(database)
    other = sqlite3.connect(str(database.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(post(client, row(1)))
    await asyncio.sleep(0.2)
    assert (await post(client, row(2)))[0] == 503
    # What is only read goes on.
    async with client.get("/api/rooms/demo/outcomes?after=0", headers=KEY) as response:
        assert (await response.json())["counts"]["accepted"] == 1
    other.execute("ROLLBACK")
    other.close()
    assert (await waiting)[0] == 202
    assert await post(client, row(1), row(2)) == (202, {"accepted": 1, "duplicates": 1})
    assert len(await all_decided(database)) == 3


async def test_times_from_any_century_change_nothing(client: Client) -> None:
    times = ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00", -62135596800, 0,
             253402300799, "2026-01-31T20:00:05+08:00", "2026-01-31T20:00:00+08:00"]  # fmt: skip
    async with client.post("/api/rooms/demo/on_air", json={"sku": "A1"}, headers=KEY) as response:
        assert response.status == 200
    status, body = await post(
        client, *(row(n, f"第{n}件怎么洗", ts=at) for n, at in enumerate(times))
    )
    assert (status, body["accepted"]) == (202, len(times))
    outcomes = await all_decided(client.app[DATABASE])
    assert set(outcomes.values()) == {("answered", "public")}
    for at in ("10000-01-01T00:00:00+00:00", 253402300800, 1e18, float("nan"), "昨天"):
        assert (await post(client, row(99, ts=at)))[0] == 400, at


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<img src=x onerror=alert(1)>", "<img src=x …"),
        ("\u202e客服号外挂", "观众"),
        ("小\u200b\u200d鹿", "观众"),
        ("\ufeff", "观众"),
        ("  ", "观众"),
        ("鹿" * 5000, "鹿" * 11 + "…"),
        ("a\nb\tc", "a b c"),
    ],
)
async def test_a_name_in_public_is_short_printable_and_only_text(
    client: Client, name: str, shown: str
) -> None:
    async with client.ws_connect("/ws/rooms/demo/overlay") as overlay:
        assert (await post(client, row(1, "几号发货", name=name)))[0] == 202
        answer = await overlay.receive_json(timeout=5)
    if shown == "观众":
        assert answer["askers"].startswith("@观众")
        assert len(answer["askers"]) == 7
    else:
        # As text: the page puts it into textContent (tests/browser).
        assert answer["askers"] == f"@{shown}"


async def test_a_slow_page_slows_no_other_and_can_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_SEND_SECONDS", 0.5)
    engine = await client.app[ROOMS].engine("demo")
    path, heavy = "/ws/rooms/demo/overlay", "很" * 60_000
    async with client.ws_connect(path, max_msg_size=0) as fast:
        # A page whose machine stands still: connected, and nothing is read from its socket.
        reader, slow = await asyncio.open_connection(client.host, client.port, limit=1024)
        slow.write(
            f"GET {path} HTTP/1.1\r\nHost: {client.host}:{client.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        while len(engine.overlay) < 2:
            await asyncio.sleep(0.01)
        for number in range(400):
            engine.overlay.send({"type": "askers", "id": number, "askers": heavy})
            got = await fast.receive_json(timeout=5)
            assert got["id"] == number
        async with asyncio.timeout(15):
            while len(engine.overlay) > 1:
                await asyncio.sleep(0.05)
        slow.close()
        async with client.ws_connect(path) as again:
            while len(engine.overlay) < 2:
                await asyncio.sleep(0.01)
            engine.overlay.send({"type": "askers", "id": 400})
            assert (await again.receive_json(timeout=5))["id"] == 400
    del reader


async def test_who_repeats_after_a_timeout_is_told_the_truth(
    room: Rooms, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller went away while the journal was written: the comments are worked on."""
    real = Engine.journal

    def slow(engine: Engine, comments: Any) -> Accepted:
        time.sleep(0.3)
        return real(engine, comments)

    monkeypatch.setattr(Engine, "journal", slow)
    comments = incoming(0, "多少钱", "怎么洗")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(room.take("demo", comments), 0.1)
    again = await room.take("demo", comments)
    assert (again.rows, again.duplicates) == ([], 2)
    assert len(await all_decided(database)) == 2


async def test_a_commit_that_was_made_and_not_heard_of_is_worked_on(
    room: Rooms, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Engine.journal

    def broken(engine: Engine, comments: Any) -> Accepted:
        real(engine, comments)
        raise OperationalError("COMMIT", {}, Exception("the connection is gone"))

    await room.take("demo", incoming(0, "多少钱"))
    monkeypatch.setattr(Engine, "journal", broken)
    with pytest.raises(OperationalError):
        await room.take("demo", incoming(1, "怎么洗"))
    monkeypatch.setattr(Engine, "journal", real)
    assert len(await all_decided(database)) == 2


async def test_a_part_that_dies_is_followed_by_a_new_engine(
    room: Rooms, database: Database, rasa: RoomRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.delay = 0.05
    first = await room.engine("demo")

    def dies() -> None:
        raise RuntimeError("a fault of ours")

    with first.overlay.listening() as listener:
        monkeypatch.setattr(first.board, "show_next", dies)
        await room.take("demo", incoming(0, "多少钱", *(f"第{n}件怎么洗" for n in range(20))))
        async with asyncio.timeout(5):
            async for _ in listener.messages():
                pass  # ends with the engine, so that the page connects anew
    await room.take("demo", incoming(100, "几号发货"))
    outcomes = await all_decided(database)
    assert kinds_of(outcomes) == {"answered": 22}
    second = await room.engine("demo")
    assert second is not first
    await counted(second)


def kinds_of(outcomes: dict[str, tuple[str, str]]) -> dict[str, int]:
    kinds = [kind for kind, _ in outcomes.values()]
    return {kind: kinds.count(kind) for kind in set(kinds)}


async def test_a_comment_that_a_fault_left_open_is_taken_up_again(
    room: Rooms, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.rooms.engine.SWEEP_SECONDS", 0.2)
    engine = await room.engine("demo")
    real, failures = engine._judge, iter(range(1))

    async def judge(askers: Any) -> Any:
        if next(failures, None) is not None:
            raise RuntimeError("a fault of ours")
        return await real(askers)

    monkeypatch.setattr(engine, "_judge", judge)
    await room.take("demo", incoming(0, "多少钱", "怎么洗", "666666"))
    outcomes = await all_decided(database)
    assert sorted(kind for kind, _ in outcomes.values()) == ["answered", "answered", "dropped"]


async def test_rasa_dead_for_a_while_delays_and_loses_nothing(
    room: Rooms, database: Database, rasa: RoomRasa
) -> None:
    rasa.down = True
    await room.take("demo", incoming(0, *(f"第{n}件怎么洗" for n in range(300))))
    await asyncio.sleep(1.0)
    await room.take("demo", incoming(300, "几号发货", "666666"))
    rasa.down = False
    outcomes = await all_decided(database, within=30)
    assert kinds_of(outcomes) == {"answered": 301, "dropped": 1}


@pytest.fixture
def postgres() -> Iterator[Database]:
    for url in _postgres():
        made = Database(f"{url}&application_name=boxiaoer_faults")
        made.migrate()
        with made.begin() as session:
            catalogue.upsert(session, Product(sku="A1", title="卫衣", price_fen=9900))
            rooms.create_room(session, "demo")
        yield made
        made.dispose()


@pytest.mark.needs_postgres
async def test_a_postgres_that_drops_its_connections_loses_nothing(
    postgres: Database, gateway: Gateway, triage_model: TriageModel, rasa: RoomRasa,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("web.rooms.ledger._RETRY_SECONDS", 0.05)
    rasa.delay = 0.01
    room = Rooms(postgres, gateway, 1000.0, lambda: triage_model)
    killer = Database(postgres.url.render_as_string(hide_password=False).replace("_faults", "_x"))
    failed = 0
    try:
        for start in range(0, 300, 10):
            texts = [f"第{n}件怎么洗" if n % 3 else "几号发货" for n in range(start, start + 10)]
            while True:
                if start % 50 == 0:
                    asyncio.get_running_loop().call_later(0.01, _terminate, killer)
                try:
                    await room.take("demo", incoming(start, *texts))
                    break
                except OperationalError:
                    failed += 1
                    await asyncio.sleep(0.05)
        outcomes = await all_decided(postgres, within=30)
    finally:
        await room.close()
        killer.dispose()
    assert len(outcomes) == 300
    kinds = kinds_of(outcomes)
    assert kinds["answered"] >= 201
    assert set(kinds) == {"answered", "merged"}


def _terminate(killer: Database) -> None:
    with killer.begin() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'boxiaoer_faults'"
            )
        )


async def test_say_and_sweep_leave_alone_what_is_in_hand(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    rasa.delay = 0.2
    engine.accept(say("多少钱", "怎么洗"))
    await asyncio.sleep(0.05)
    for _ in range(3):
        assert await engine._arrivals.sweep(settled=True) == 0
    assert len(await all_decided(database)) == 2
    await counted(engine)
    assert await engine._arrivals.sweep(settled=True) == 0
    assert len(engine._arrivals) == 0
