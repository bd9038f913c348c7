"""The ledger: many outcomes in one transaction, each decision told what it decided."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from shop import rooms
from shop.database import Database
from shop.rooms import Comment
from tests.web.rooms.journal import Say
from tests.web.rooms.room_rasa import RoomRasa
from web.rooms.engine import Engine, Tools
from web.rooms.ledger import Decided, Decision, Ledger


@pytest.fixture
def transactions(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry a write transaction from now on."""
    begun: list[int] = []
    begin = database.begin

    @contextmanager
    def counted() -> Iterator[Session]:
        begun.append(1)
        with begin() as session:
            yield session

    monkeypatch.setattr(database, "begin", counted)
    return begun


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return Ledger(database, "demo")


def dropped(*comments: Comment) -> Decision:
    return Decision(tuple(Decided(comment, "dropped", "chatter") for comment in comments))


async def test_many_decisions_are_one_transaction(
    database: Database, ledger: Ledger, say: Say, transactions: list[int]
) -> None:
    comments = say(*("哈哈" for _ in range(120)))
    transactions.clear()
    futures = [ledger.submit(dropped(comment)) for comment in comments]
    running = asyncio.create_task(ledger.run())
    written = await asyncio.gather(*futures)
    running.cancel()
    assert [one.decided for one in written] == [1] * 120
    assert len(transactions) == 1
    with database.read() as session:
        assert rooms.counts(session, "demo")["dropped"] == 120


async def test_of_two_decisions_on_one_comment_the_first_stands(ledger: Ledger, say: Say) -> None:
    one, two = say("甲", "乙")
    futures = [ledger.submit(dropped(one)), ledger.submit(dropped(one, two))]
    running = asyncio.create_task(ledger.run())
    written = await asyncio.gather(*futures)
    running.cancel()
    assert [w.decided for w in written] == [1, 1]


async def test_those_who_ask_what_was_just_answered_do_not_wait_for_each_other(
    tools: Tools, rasa: RoomRasa, say: Say, transactions: list[int]
) -> None:
    engine = Engine("demo", tools, on_air="A1")
    engine.start()
    try:
        engine.accept(say(("first", "这个多少钱")))
        await _decided(tools.database)
        more = say(*((f"v{n}", "这个多少钱") for n in range(150)))
        transactions.clear()
        engine.accept(more)
        await _decided(tools.database)
    finally:
        await engine.stop()
    assert len(transactions) < 15
    assert len(rasa.messages) == 1


async def _decided(database: Database) -> None:
    for _ in range(500):
        with database.read() as session:
            if rooms.counts(session, "demo")["pending"] == 0:
                return
        await asyncio.sleep(0.02)
    raise AssertionError("not all comments were decided")
