"""Exactly one outcome, through two hundred kills: the real web, its journal and its ledger.

Rasa's place is taken by a server that answers at once, for what is on trial is the ledger. The
web process is killed (-9) at random moments and at every place where disk and memory differ, and
now and then it is only paused until another has taken its room, and then wakes up.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import func, select

from shop import catalogue, handoff, rooms
from shop.database import Database
from shop.models import AnswerRow, CommentRow, OutcomeRow
from tests.e2e.room_nursery import PLACES, Life
from tests.e2e.room_shift import OWN, Connector, Nursery, Overlay, nursery
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import HOODIE
from web.jobs import triage
from web.rooms.reasons import PERSONAL

KILLS = 205
# Every so many lives, the web is paused instead, until its lease has run out.
PAUSE_EVERY = 34
LASTS = 0.8
# Seconds for all the lives together.
LONGEST = 110.0
SEED = 20261124


@pytest.fixture
async def rasa() -> AsyncIterator[RoomRasa]:
    stand_in = RoomRasa()
    stand_in.delay = 0.004
    server = TestServer(stand_in.application())
    await server.start_server()
    stand_in.port = server.port or 0
    yield stand_in
    await server.close()


@pytest.fixture
def var(tmp_path: Path, root: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    with open_shop(folder).begin() as session:
        catalogue.upsert(session, HOODIE)
        rooms.create_room(session, "demo")
        rooms.put_on_air(session, "demo", HOODIE.sku, datetime.now(UTC))
    return folder


def open_shop(var: Path) -> Database:
    database = Database(f"sqlite:///{var / 'boxiaoer.db'}")
    database.migrate()
    return database


@pytest.mark.timeout(600)
async def test_every_comment_has_exactly_one_outcome_through_two_hundred_kills(
    var: Path, rasa: RoomRasa, root: Path
) -> None:
    # Trained once for all tests, unless `make test` has done so before.
    triage.ensure(root / "var", root)
    chance = random.Random(SEED)
    limit = aiohttp.ClientTimeout(total=2.0)
    async with (
        nursery(var, rasa.port, LASTS, triage.folder(root / "var")) as made,
        aiohttp.ClientSession(timeout=limit, connector=aiohttp.TCPConnector(force_close=True)) as s,
    ):
        url = f"http://127.0.0.1:{made.port}"
        connector, overlay = Connector(s, url, random.Random(SEED)), Overlay(s, url)
        watching = asyncio.create_task(overlay.run())
        posting = asyncio.create_task(connector.run())
        await _kill_again_and_again(made, chance, connector, rasa)
        await made.born(Life())
        connector.ending = True
        await asyncio.wait_for(posting, 30)
        database = open_shop(var)
        await _all_decided(database)
        watching.cancel()
    assert made.kills >= 200
    assert connector.repeats > 20, "the kills met nothing"
    assert connector.refused <= {"room_held"}
    _check_ledger(database, connector)
    _check_shown(database, overlay)
    database.dispose()


async def _kill_again_and_again(
    made: Nursery, chance: random.Random, connector: Connector, rasa: RoomRasa
) -> None:
    places = [*PLACES, "", ""]
    end = time.monotonic() + LONGEST
    for number in range(1, KILLS + 1):
        # On a busy machine each gets less of its time, and the test takes no longer.
        share = max(0.2, (end - time.monotonic()) / (KILLS + 1 - number))
        if number % PAUSE_EVERY == 0:
            await _paused(made, chance, connector, rasa)
            continue
        where = places[number % len(places)]
        pid = await made.born(Life(where, chance.choice((1, 2, 5, 20))))
        if where or chance.random() < 0.7:
            # Most die at work, the others as they start.
            await _dead_or(pid, connector.next_acknowledgement(), 2 * share)
        await _dead_or(pid, asyncio.sleep(chance.uniform(0.0, min(0.4, share))), share)
        made.kill(pid)


async def _paused(
    made: Nursery, chance: random.Random, connector: Connector, rasa: RoomRasa
) -> None:
    """One that sleeps through the end of its lease, another that takes over, and it wakes up.

    It falls asleep with questions on their way, and finds their answers as it wakes.
    """
    quick, rasa.delay = rasa.delay, 0.15
    first = await made.born(Life())
    await _dead_or(first, connector.next_acknowledgement(), 2.0)
    await asyncio.sleep(chance.uniform(0.0, 0.4))
    os.kill(first, signal.SIGSTOP)
    await asyncio.sleep(LASTS)
    rasa.delay = quick
    second = await made.born(Life())
    await asyncio.sleep(0.8)
    os.kill(first, signal.SIGCONT)
    await asyncio.sleep(0.4)
    for pid in (first, second):
        made.kill(pid)


async def _dead_or(pid: int, happens: Coroutine[Any, Any, Any], seconds: float) -> None:
    """Wait for this to happen, but not longer than the process lives, nor than these seconds."""
    waiting = asyncio.create_task(happens)
    end = time.monotonic() + seconds
    while time.monotonic() < end and not waiting.done():
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break
        await asyncio.sleep(0.005)
    waiting.cancel()


async def _all_decided(database: Database) -> None:
    for _ in range(600):
        with database.read() as session:
            if not rooms.counts(session, "demo")["pending"]:
                return
        await asyncio.sleep(0.05)
    with database.read() as session:
        raise AssertionError(f"lost: {rooms.pending(session, 'demo')[:5]}")


def _check_ledger(database: Database, connector: Connector) -> None:
    with database.read() as session:
        journalled = set(session.scalars(select(CommentRow.id)))
        ended = Counter(session.scalars(select(OutcomeRow.comment_pk)))
        answers = session.execute(select(AnswerRow.pk, AnswerRow.question_text)).all()
        used = set(session.scalars(select(OutcomeRow.answer_pk)))
        first = Counter(
            session.scalars(select(OutcomeRow.answer_pk).where(OutcomeRow.kind == "answered"))
        )
        items = Counter(item.text for item in handoff.open_items(session, "demo"))
        counts = rooms.counts(session, "demo")
    assert connector.acknowledged <= journalled, "an acknowledged comment is lost"
    assert len(connector.acknowledged) == len(connector.sent) == counts["accepted"] > 200
    assert len(ended) == counts["accepted"] == sum(counts[kind] for kind in rooms.OUTCOMES)
    # An answer that is no comment's outcome is a second one to somebody.
    assert {pk for pk, _ in answers} == used - {None}
    assert set(first.values()) == {1}
    own = {text for text in connector.sent.values() if "第" in text}
    asked = Counter(text for _, text in answers if text in own)
    assert len(asked) > 60
    assert set(asked.values()) == {1}, "one comment, two answers"
    shows = OWN[-1].split("{")[0]
    assert {n for text, n in items.items() if text.startswith(shows)} == {1}


def _check_shown(database: Database, overlay: Overlay) -> None:
    with database.read() as session:
        askers = dict(
            session.execute(
                select(OutcomeRow.answer_pk, func.count())
                .where(OutcomeRow.answer_pk.is_not(None))
                .group_by(OutcomeRow.answer_pk)
            ).all()
        )
        public = dict(session.execute(select(AnswerRow.pk, AnswerRow.public)).all())
        # Each viewer has an answer of their own, and the room is shown one for all of them.
        personal = set(session.scalars(select(AnswerRow.pk).where(AnswerRow.intent.in_(PERSONAL))))
    seen = [numbers for numbers in overlay.shown if numbers]
    assert len(seen) > 20, "the overlay saw next to nothing"
    shown = Counter(number for numbers in seen for number in numbers)
    assert set(shown.values()) == {1}, "an answer was shown again by a later process"
    assert all(public[number] for number in shown), "shown, and not in the ledger"
    for numbers in seen:
        too_many = {n for n, count in numbers.items() if count > askers[n]}
        assert too_many <= personal, "shown to more than were answered by it"
