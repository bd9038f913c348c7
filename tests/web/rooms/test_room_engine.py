"""The engine on the real journal: exactly one outcome for every comment, whatever happens."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from shop import handoff, rooms
from shop.database import Database
from shop.handoff import Item
from shop.rooms import Outcome
from tests.web.rooms.journal import Say, all_decided, counted
from tests.web.rooms.room_rasa import RoomRasa
from web.rooms import recovery
from web.rooms.audience import Message
from web.rooms.engine import Engine, Tools

VOICES = (
    "多少钱", "这个多少钱啊", "啥价", "3号多少钱", "怎么洗", "几号发货", "快递单到哪了",
    "我要投诉你们质量差", "券在哪领", "转一圈看看", "这是什么材质", "会不会起球呢？", "666666",
    "哈哈哈哈", "扣1", "加V领红包", "傻逼", "", "❤❤❤", "你好", "晚上好呀",
    "<script>alert(1)</script>", "/ask_price", "问" * 2000,
)  # fmt: skip


def watched(engine: Engine) -> list[dict[str, Any]]:
    """Everything that the overlay gets from now on."""
    seen: list[dict[str, Any]] = []
    send = engine.overlay.send

    def note(message: Message) -> None:
        seen.append(dict(message))
        send(message)

    engine.overlay.send = note  # type: ignore[method-assign]
    return seen


async def shown(seen: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    for _ in range(200):
        if len([m for m in seen if m["type"] == "answer"]) >= count:
            break
        await asyncio.sleep(0.02)
    return [message for message in seen if message["type"] == "answer"]


def open_items(database: Database) -> list[Item]:
    with database.read() as session:
        return handoff.open_items(session, "demo")


async def prompted(engine: Engine) -> list[dict[str, Any]]:
    (prompt,) = [message for message in await engine.state() if message["type"] == "prompt"]
    return list(prompt["items"])


async def test_two_who_ask_the_same_get_one_answer_with_both_names(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    seen = watched(engine)
    engine.accept(say("多少钱", "这个多少钱啊", "啥价"))
    outcomes = await all_decided(database)
    assert Counter(kind for kind, _ in outcomes.values()) == {"answered": 1, "merged": 2}
    assert len(rasa.messages) == 1
    (answer,) = await shown(seen, 1)
    assert answer["count"] == 3
    assert answer["askers"].endswith("等3人")
    assert set(answer["askers"].split()[:2]) < {"@小0", "@小1", "@小2"}
    assert [block["type"] for block in answer["blocks"]] == ["text", "product_card"]


async def test_who_asks_again_soon_after_is_merged_without_rasa(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    engine.accept(say("多少钱"))
    await all_decided(database)
    engine.accept(say("多少钱呀"))
    outcomes = await all_decided(database)
    assert sorted(outcomes.values()) == [("answered", "public"), ("merged", "recent")]
    assert len(rasa.messages) == 1


async def test_a_text_is_parsed_once_however_many_say_it(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    engine.accept(say(*["多少钱"] * 40, *["多少钱！！"] * 10))
    await all_decided(database)
    engine.accept(say(*["多少钱"] * 10))
    await all_decided(database)
    assert sum(rasa.parsed.values()) == 1
    assert len(rasa.messages) == 1


async def test_the_product_on_air_when_they_asked_is_the_one_they_asked_about(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    engine.accept(say("多少钱"))
    engine.on_air = "B2"
    engine.accept(say("多少钱呢", "3号多少钱"))
    outcomes = await all_decided(database)
    asked = [(asked["text"], asked["metadata"]["on_air"]) for asked in rasa.messages]
    # Link 3 is A1: the same question as the first, and either may speak for both.
    assert ("多少钱呢", "B2") in asked
    assert ("多少钱", "A1") in asked or ("3号多少钱", "B2") in asked
    assert sorted(kind for kind, _ in outcomes.values()) == ["answered", "answered", "merged"]


async def test_private_answers_never_reach_the_overlay(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    seen = watched(engine)
    engine.accept(say("快递单到哪了", "我的快递单呢？", "券在哪领", "多少钱"))
    outcomes = await all_decided(database)
    await shown(seen, 2)
    assert "SF123" not in str(seen)
    assert "SECRET" not in str(seen)
    # Each viewer is asked about for themselves; the hint is shown once for both.
    assert len(rasa.messages) == 4
    assert str(seen).count("订单信息只发给您本人") == 1
    assert ("answered", "private") in outcomes.values()
    with database.read() as session:
        stored = rooms.outcomes(session, "demo")
    assert [one.outcome.reason for one in stored].count("public") == 3


async def test_what_only_the_host_can_do_is_one_item_with_all_who_asked(
    engine: Engine, say: Say, database: Database
) -> None:
    engine.accept(say("转一圈看看", "转一圈看看", "转一圈看看"))
    outcomes = await all_decided(database)
    assert set(outcomes.values()) == {("handed_over", "host_show")}
    (item,) = open_items(database)
    engine.accept(say("转一圈看看"))
    await all_decided(database)
    (row,) = await prompted(engine)
    assert (row["pks"], row["count"], row["label"]) == ([item.pk], 4, "想看展示")
    with database.begin() as session:
        handoff.close(session, item.pk, "done")
    engine.closed(item.pk)
    engine.accept(say("转一圈看看"))
    await all_decided(database)
    assert [again.pk != item.pk for again in open_items(database)] == [True]


async def test_complaints_are_taken_one_by_one_and_shown_together(
    engine: Engine, say: Say, database: Database
) -> None:
    engine.accept(say("我要投诉，质量太差了", "投诉你们，客服不理人"))
    await all_decided(database)
    items = open_items(database)
    assert len(items) == 2
    assert [row["count"] for row in await prompted(engine)] == [2]


async def test_an_answer_the_law_holds_goes_to_the_host_with_the_rule(
    engine: Engine, say: Say, database: Database
) -> None:
    seen = watched(engine)
    engine.accept(say("这是最好的面料吗？", "怎么洗"))
    outcomes = await all_decided(database)
    (answer,) = await shown(seen, 1)
    assert ("handed_over", "compliance:国家级") in outcomes.values()
    assert [item.reason for item in open_items(database)] == ["compliance:国家级"]
    assert "国家级" not in str(seen)
    assert "最好用" not in answer["blocks"][0]["text"]


async def test_noise_is_dropped_with_its_reason_and_costs_rasa_nothing(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    said = ["666666", "哈哈哈哈", "扣1", "已拍", "加V领红包", "傻逼", "", "❤❤❤", "问" * 2000]
    engine.accept(say(*said, ("v", "晚上好"), ("v", "晚上好")))
    outcomes = await all_decided(database)
    assert [outcomes[f"c{n}"] for n in range(11)] == [
        ("dropped", reason)
        for reason in ("chatter", "chatter", "buying_signal", "buying_signal", "contact", "abuse",
                       "empty", "wordless", "too_long", "chatter", "repeated")
    ]  # fmt: skip
    assert not rasa.parsed
    await counted(engine)
    assert engine.tally.counts("A1")["interest"] == 2


async def test_the_room_is_shown_no_more_than_its_rate_and_the_rest_waits_by_rank(
    tools: Tools, say: Say, database: Database
) -> None:
    engine = Engine("demo", replace(tools, rate=2.0))
    engine.start()
    seen = watched(engine)
    try:
        engine.accept(
            say(
                "几号发货", "券在哪领", "3号多少钱", "怎么洗这个", "转一圈看看", *["会起球吗？"] * 6
            )
        )
        await all_decided(database)
        assert len([m for m in seen if m["type"] == "answer"]) <= 3
        assert engine.board.waiting >= 1
        answers = await shown(seen, 5)
        assert len(answers) == 5
        assert engine.board.waiting == 0
    finally:
        await engine.stop()


async def test_questions_wait_while_rasa_is_away_and_are_answered_after(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    rasa.down = True
    engine.accept(say("多少钱", "怎么洗", "转一圈看看"))
    await asyncio.sleep(0.7)
    with database.read() as session:
        assert rooms.counts(session, "demo")["pending"] == 3
    rasa.down = False
    outcomes = await all_decided(database)
    assert sorted(kind for kind, _ in outcomes.values()) == ["answered", "answered", "handed_over"]


async def test_questions_go_to_the_host_when_rasa_stays_away(
    tools: Tools, say: Say, database: Database, rasa: RoomRasa
) -> None:
    rasa.down = True
    engine = Engine("demo", replace(tools, wait_seconds=0.6), on_air="A1")
    engine.start()
    try:
        engine.accept(say("多少钱", "多少钱", "怎么洗", "转一圈看看", "会不会起球？"))
        outcomes = await all_decided(database)
        assert set(outcomes.values()) == {("handed_over", "assistant_down")}
        assert len(open_items(database)) == 4  # two asked the same
        rasa.down = False
        engine.accept(say("几号发货"))
        assert ("answered", "public") in (await all_decided(database)).values()
    finally:
        await engine.stop()


async def test_a_rasa_that_fails_hands_the_question_over(
    engine: Engine, say: Say, database: Database, rasa: RoomRasa
) -> None:
    rasa.failing = True
    engine.accept(say("多少钱"))
    outcomes = await all_decided(database)
    assert list(outcomes.values()) == [("handed_over", "assistant_failed")]


async def test_a_ledger_that_cannot_be_written_is_written_later(
    engine: Engine, say: Say, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, failures = database.begin, iter(range(2))

    @contextmanager
    def full_disk() -> Any:
        if next(failures, None) is not None:
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        with begin() as session:
            yield session

    comments = say("多少钱", "666666")
    monkeypatch.setattr("web.rooms.ledger._RETRY_SECONDS", 0.05)
    monkeypatch.setattr(database, "begin", full_disk)
    engine.accept(comments)
    outcomes = await all_decided(database)
    assert sorted(kind for kind, _ in outcomes.values()) == ["answered", "dropped"]


async def test_a_decision_made_before_changes_nothing_and_is_not_shown(
    engine: Engine, say: Say, database: Database
) -> None:
    seen = watched(engine)
    (comment,) = say("多少钱")
    with database.begin() as session:
        rooms.record(session, [Outcome(comment.pk, "dropped", "chatter", None, comment.ts)])
    engine.accept([comment])
    await asyncio.sleep(0.5)
    assert await all_decided(database) == {"c0": ("dropped", "chatter")}
    assert seen == []


async def test_what_was_on_air_is_known_again_after_a_restart(say: Say, database: Database) -> None:
    (first,) = say("多少钱")
    with database.begin() as session:
        rooms.put_on_air(session, "demo", "A1", first.received_at)
    await asyncio.sleep(0.01)
    (second,) = say("怎么洗")
    found = recovery.open_comments(database, "demo")
    assert [on_air for _, on_air in found] == ["A1", "A1"]
    assert found[1][0] == second
    assert recovery.read(database, "demo").on_air == "A1"
    with pytest.raises(rooms.UnknownRoom):
        recovery.read(database, "nowhere")


@pytest.mark.parametrize("seed", range(6))
async def test_exactly_one_outcome_each_through_crashes(
    seed: int, tools: Tools, say: Say, database: Database, rasa: RoomRasa
) -> None:
    """Engines die at random moments; each new one takes up what is open."""
    chance = random.Random(seed)
    rasa.delay = 0.004
    comments = say(
        *((f"v{chance.randrange(120)}", chance.choice(VOICES) + chance.choice(["", "啊", "？"]))
          for _ in range(500))
    )  # fmt: skip
    seen: list[dict[str, Any]] = []
    for life in range(5):
        engine = Engine("demo", tools, on_air="A1")
        engine.start()
        answers = watched(engine)
        # The first life takes them live, in parts; later ones from the journal.
        engine.take([(c, "A1") for c in comments] if not life else recovered(database))
        rasa.down = life == 2
        await asyncio.sleep(chance.uniform(0.0, 0.25) if life < 4 else 0)
        if life == 4:
            await all_decided(database, within=30)
        await engine.stop()
        seen += answers
    outcomes = await all_decided(database)
    assert len(outcomes) == 500
    with database.read() as session:
        counts = rooms.counts(session, "demo")
    assert counts["accepted"] == sum(counts[kind] for kind in rooms.OUTCOMES) == 500
    numbers = [message["id"] for message in seen if message["type"] == "answer"]
    assert len(numbers) == len(set(numbers))


def recovered(database: Database) -> Any:
    return recovery.open_comments(database, "demo")
