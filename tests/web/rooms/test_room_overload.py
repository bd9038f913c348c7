"""More than can be answered: the lowest-ranked go, with a reason; the intake never."""

from __future__ import annotations

import asyncio
import resource
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shop import rooms as journal
from shop.database import Database
from shop.rooms import Comment, Incoming
from tests.web.rooms.journal import Say, all_decided, counted
from tests.web.rooms.room_rasa import RoomRasa
from web.gateway import Gateway
from web.rooms import arrivals, overload
from web.rooms.arrivals import Arrivals
from web.rooms.audience import Audience
from web.rooms.backlog import Backlog, Job
from web.rooms.board import Board, Notice
from web.rooms.engine import Engine, Tools
from web.rooms.grouping import Asker, Question
from web.rooms.reasons import label
from web.rooms.registry import Rooms
from web.rooms.triage import TriageModel

NOW = datetime.now(UTC)


def asker(pk: int, at: float = 0.0, probability: float = 0.5) -> Asker:
    comment = Comment(pk, "demo", f"c{pk}", f"v{pk}", "", f"问{pk}", NOW, NOW)
    return Asker(comment, f"问{pk}", None, at, probability, sure=probability > 0.8)


def job(pk: int, at: float = 0.0, probability: float = 0.5, count: int = 1) -> Job:
    return Job(f"{pk}", f"问{pk}", [asker(pk, at, probability) for _ in range(count)])


async def test_too_many_texts_cost_the_unlikeliest_and_oldest_their_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(overload, "MOST_TEXTS", 10)
    backlog = Backlog()
    asked_by_many = job(0, at=0.0, probability=0.2, count=40)
    likely = [job(n, at=float(n), probability=0.9) for n in range(1, 7)]
    chatter = [job(n, at=float(n), probability=0.3) for n in range(7, 10)]
    for one in (asked_by_many, *likely, *chatter):
        assert backlog.add(one) == []
    given_up = backlog.add(job(10, at=10.0, probability=0.3))
    assert [one.key for one in given_up] == ["7", "8"]
    order = [one.key for one in await backlog.next(5) + await backlog.next(100)]
    # The likeliest and longest waiting first; those that were given up are gone.
    assert sorted(order) == sorted(["0", "1", "2", "3", "4", "5", "6", "9", "10"])
    assert order.index("1") < order.index("9") < order.index("10")


async def test_unlikely_texts_wait_while_questions_wait_for_their_answer() -> None:
    backlog = Backlog()
    backlog.add(job(1, at=0.0, probability=0.3))
    backlog.add(job(2, at=100.0, probability=0.9))
    pressed = True
    # However long the unlikely one has waited, it goes last, and alone not at all.
    assert [one.key for one in await backlog.next(9, lambda: pressed)] == ["2"]
    waiting = asyncio.create_task(backlog.next(9, lambda: pressed))
    await asyncio.sleep(0.15)
    assert not waiting.done()
    pressed = False
    assert [one.key for one in await waiting] == ["1"]


async def test_what_three_ask_does_not_wait_until_nobody_waits() -> None:
    backlog = Backlog()
    alone, shared = job(1, probability=0.6), job(2, probability=0.3)
    backlog.add(alone)
    backlog.add(shared)
    for _ in range(2):
        shared.askers.append(asker(2, probability=0.3))
        backlog.again(shared)
    assert await backlog.next(10, lambda: True) == [shared]
    assert await backlog.next(10) == [alone]
    # Its earlier, lower entries are no jobs of their own.
    late = asyncio.create_task(backlog.next(10))
    backlog.again(shared)
    backlog.add(job(3))
    assert [one.key for one in await asyncio.wait_for(late, 2)] == ["3"]
    assert len(backlog) == 0


async def test_whoever_waits_for_the_next_text_gets_it() -> None:
    backlog = Backlog()
    waiting = [asyncio.create_task(backlog.next(1)) for _ in range(2)]
    await asyncio.sleep(0)
    backlog.add(job(1))
    backlog.add(job(2))
    assert {one.key for [one] in await asyncio.gather(*waiting)} == {"1", "2"}


def test_who_waited_for_too_long_expects_no_answer() -> None:
    askers = [asker(1, at=0.0), asker(2, at=overload.LONGEST_WAIT)]
    late, fresh = overload.overdue(askers, overload.LONGEST_WAIT + 1)
    assert ([a.comment.pk for a in late], [a.comment.pk for a in fresh]) == ([1], [2])


async def test_the_board_keeps_the_best_of_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overload, "MOST_NOTICES", 20)
    board = Board(Audience(), 0.001, lambda: None, clock=lambda: 0.0)
    for number in range(100):
        about = Question("ask_usage", None, text=f"{number}")
        board.post(Notice(number, about, f"{number}", [], ["客"], 1 + number, 0.0))
    assert board.waiting <= 20
    best = board.show_next()
    assert best is not None
    assert best.number == 99
    board.also(0, ["谁"])  # nobody remembers it, and that is all


@pytest.fixture
async def small(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Engine]:
    monkeypatch.setattr(overload, "MOST_TEXTS", 60)
    monkeypatch.setattr(overload, "MOST_GROUPS", 20)
    engine = Engine("demo", tools, on_air="A1")
    engine.start()
    yield engine
    await engine.stop()


async def test_a_flood_ends_with_one_outcome_each_and_the_best_answered(
    small: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    rasa.delay = 0.02
    flood = [f"第{n}件怎么洗" for n in range(400)]
    small.accept(say(*flood[:200], *["几号发货"] * 80, *["哈哈哈哈"] * 50, *flood[200:]))
    small.accept(say("我要投诉你们质量差"))
    outcomes = await all_decided(database, within=60)
    assert len(outcomes) == 531
    reasons = Counter(outcomes.values())
    assert reasons["dropped", "overload"] > 200
    assert reasons["answered", "public"] + reasons["merged", "same_question"] >= 80 + 10
    # What many asked, and a grievance, were not among those given up.
    assert {outcomes[f"c{n}"][0] for n in range(200, 280)} <= {"answered", "merged"}
    assert outcomes["c530"] == ("handed_over", "complaint")
    await counted(small)
    assert small.tally.reasons["overload"] == reasons["dropped", "overload"]
    assert label("dropped", "overload") == "太忙，没轮到"


async def test_those_who_waited_too_long_are_told_apart_from_those_who_did_not(
    tools: Tools, say: Say, database: Database, rasa: RoomRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overload, "LONGEST_WAIT", 0.8)
    rasa.delay = 0.3
    engine = Engine("demo", replace(tools), on_air="A1")
    engine.start()
    engine.accept(say(*(f"第{n}件怎么洗" for n in range(60))))
    outcomes = await all_decided(database, within=30)
    await engine.stop()
    assert set(outcomes.values()) == {("answered", "public"), ("dropped", "overload")}


def incoming(start: int, count: int) -> list[Incoming]:
    voices = ("哈哈哈哈", "666666", "第{}件怎么洗", "扣1")
    return [
        Incoming(f"c{n}", f"v{n % 5000}", "", voices[n % 4].format(n), NOW)
        for n in range(start, start + count)
    ]


async def test_a_flood_beyond_memory_stays_in_the_journal_until_its_turn(
    database: Database, gateway: Gateway, triage_model: TriageModel, rasa: RoomRasa,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(arrivals, "MOST_IN_MEMORY", 1_000)
    monkeypatch.setattr(arrivals, "MOST_IN_HAND", 1_500)
    monkeypatch.setattr(overload, "MOST_TEXTS", 300)
    monkeypatch.setattr(overload, "MOST_GROUPS", 50)
    rasa.down = True
    room = Rooms(database, gateway, 1000.0, lambda: triage_model)
    most = 0
    try:
        engine = await room.engine("demo")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for start in range(0, 12_000, 1_000):
            accepted = await room.take("demo", incoming(start, 1_000))
            assert len(accepted.rows) == 1_000
            most = max(most, len(engine._arrivals))
        rasa.down = False
        while journal_counts(database)["pending"]:
            most = max(most, len(engine._arrivals))
            await asyncio.sleep(0.05)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    finally:
        await room.close()
    outcomes = await all_decided(database)
    assert len(outcomes) == 10_000  # as many as it lists
    counts = journal_counts(database)
    assert counts["accepted"] == sum(counts[kind] for kind in journal.OUTCOMES) == 12_000
    # As many as wait for their answer at most, once Rasa is back, and what it managed meanwhile.
    assert counts["answered"] > 30
    assert counts["dropped"] > 9_000
    assert most <= 1_000 + 1_500 + arrivals.AT_ONCE
    assert grown < 80_000, f"{grown} kB more"


def journal_counts(database: Database) -> dict[str, int]:
    with database.read() as session:
        return journal.counts(session, "demo")


async def test_the_inbox_gives_each_comment_once_whatever_way_it_comes(
    database: Database, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "MOST_IN_MEMORY", 4)
    monkeypatch.setattr(arrivals, "AT_ONCE", 3)
    old = say("1", "2")
    box = Arrivals(database, "demo", behind=True)
    new = say(*(str(n) for n in range(3, 12)))
    for part in (new[:2], new[2:7], new[7:]):
        box.put([(comment, None) for comment in part])
    got: list[Comment] = []
    while len(got) < 11:
        got += [comment for comment, _ in await box.batch()]
    assert got == [*old, *new]
    box.put([(new[-1], None)])
    live = say("12")
    box.put([(live[0], "A1")])
    assert await box.batch() == [(live[0], "A1")]
    box.done([*got, *live])
    assert len(box) == 0
