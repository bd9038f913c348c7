from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError

from shop import catalogue, handoff, policies, rooms
from shop.catalogue import Product
from shop.database import Database
from shop.rooms import (
    Answer,
    Comment,
    Incoming,
    Outcome,
    UnknownComment,
    UnknownRoom,
)

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)


@pytest.fixture
def room(shop_db: Database) -> Database:
    with shop_db.begin() as session:
        rooms.create_room(session, "r1", "双11专场")
        rooms.create_room(session, "r2")
    return shop_db


def _said(*ids: str) -> list[Incoming]:
    return [Incoming(one, f"v{one}", f"观众{one}", "多少钱", NOON) for one in ids]


def _accept(shop: Database, *ids: str, room: str = "r1") -> list[Comment]:
    with shop.begin() as session:
        return rooms.accept(session, room, _said(*ids)).rows


def _dropped(comment: Comment) -> Outcome:
    return Outcome(comment.pk, "dropped", "spam", None, NOON)


def test_comments_come_back_as_they_came(room: Database) -> None:
    before = datetime.now(UTC)
    first, second = _accept(room, "b", "a")
    assert (first.id, first.viewer, first.name, first.text, first.ts) == (
        "b", "vb", "观众b", "多少钱", NOON,
    )  # fmt: skip
    assert first.pk < second.pk
    assert before - timedelta(seconds=1) <= first.received_at <= datetime.now(UTC)
    with room.read() as session:
        assert rooms.pending(session, "r1") == [first, second]


def test_what_is_given_back_is_what_was_stored(room: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    odd = Incoming("a\0b", "v\ud83d", "观众\0", "多\udc00少\0钱", NOON.astimezone(tokyo))
    twice = [Incoming("c", "v1", "甲", "先", NOON), Incoming("c", "v2", "乙", "后", NOON)]
    with room.begin() as session:
        accepted = rooms.accept(session, "r1", [odd, *twice])
    with room.read() as session:
        assert rooms.pending(session, "r1") == accepted.rows
    assert [(c.id, c.text) for c in accepted.rows] == [("ab", "多?少钱"), ("c", "先")]
    assert accepted.rows[0].ts.utcoffset() == timedelta(0)


def test_a_comment_sent_again_is_counted_and_not_kept(room: Database) -> None:
    _accept(room, "1", "2")
    with room.begin() as session:
        accepted = rooms.accept(session, "r1", _said("2", "3", "3"))
        assert [comment.id for comment in accepted.rows] == ["3"]
        assert accepted.duplicates == 2
        assert len(rooms.accept(session, "r2", _said("1")).rows) == 1
        assert rooms.accept(session, "r1", []).rows == []


def test_unknown_rooms_have_a_name(room: Database) -> None:
    with room.begin() as session:
        for call in (
            lambda: rooms.accept(session, "r9", _said("1")),
            lambda: rooms.known_room(session, "r9"),
            lambda: rooms.put_on_air(session, "r9", None, NOON),
        ):
            with pytest.raises(UnknownRoom, match="r9"):
                call()
        rooms.known_room(session, "r1")


def test_every_comment_has_exactly_one_outcome(room: Database) -> None:
    one, two, three = _accept(room, "1", "2", "3")
    again = Outcome(one.pk, "handed_over", "later", None, NOON)
    with room.begin() as session:
        assert rooms.record(session, [_dropped(one)]) == {one.pk}
    with room.begin() as session:
        assert rooms.record(session, [again, _dropped(two)]) == {two.pk}
        assert rooms.pending(session, "r1") == [three]
        assert rooms.record(session, [_dropped(three), _dropped(three)]) == {three.pk}
        kinds = [d.outcome.kind for d in rooms.outcomes(session, "r1")]
    assert kinds == ["dropped", "dropped", "dropped"]


def test_two_deciders_at_once_make_one_outcome(room: Database) -> None:
    comments = _accept(room, *(str(n) for n in range(40)))

    def decide(worker: int) -> int:
        won = 0
        for comment in comments:
            outcome = Outcome(comment.pk, "dropped", f"worker {worker}", None, NOON)
            with room.begin() as session:
                won += len(rooms.record(session, [outcome]))
        return won

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, range(4))) == 40


def test_answers_are_named_by_the_outcomes_they_settle(room: Database) -> None:
    one, two, _ = _accept(room, "1", "2", "3")
    answer = Answer("r1", "ask_price", "多少钱", None, "99 元", [{"type": "text", "text": "99 元"}])
    with room.begin() as session:
        pk = rooms.save_answer(session, answer)
        rooms.record(
            session,
            [
                Outcome(one.pk, "answered", "product", pk, NOON),
                Outcome(two.pk, "merged", "same question", pk, NOON),
            ],
        )
    with room.read() as session:
        decided = rooms.outcomes(session, "r1")
        assert [(d.comment, d.outcome.kind, d.answer_text) for d in decided] == [
            (one, "answered", "99 元"),
            (two, "merged", "99 元"),
        ]
        assert rooms.outcomes(session, "r1", limit=1) == decided[:1]
        assert rooms.outcomes(session, "r1", after=one.pk) == decided[1:]
        assert rooms.outcomes(session, "r2") == []
        assert rooms.counts(session, "r1") == {
            "accepted": 3, "pending": 1, "answered": 1, "merged": 1, "handed_over": 0, "dropped": 0,
        }  # fmt: skip
        assert rooms.counts(session, "r2")["accepted"] == 0


def test_outcomes_of_nothing_and_by_nothing_are_refused(room: Database) -> None:
    (one,) = _accept(room, "1")
    with pytest.raises(ValueError, match="forgotten"):
        Outcome(one.pk, "forgotten", "", None, NOON)
    with pytest.raises(ValueError, match="by no answer"):
        Outcome(one.pk, "merged", "", None, NOON)
    nowhere = Outcome(one.pk + 999, "dropped", "", None, NOON)
    by_nothing = Outcome(one.pk, "answered", "", 999, NOON)
    for outcome in (nowhere, by_nothing):
        with pytest.raises(UnknownComment), room.begin() as session:
            rooms.record(session, [outcome])
    with room.read() as session:
        assert rooms.pending(session, "r1") == [one]


def test_what_is_on_air(room: Database, cream: Callable[..., Product]) -> None:
    with room.begin() as session:
        catalogue.upsert_many(session, [cream(sku="A"), cream(sku="B")])
        seen = [rooms.on_air(session, "r1")]
        for sku in ("A", "B", None):
            rooms.put_on_air(session, "r1", sku, NOON)
            seen.append(rooms.on_air(session, "r1"))
        assert rooms.on_air(session, "r2") is None
    assert seen == [None, "A", "B", None]
    with pytest.raises(IntegrityError), room.begin() as session:
        rooms.put_on_air(session, "r1", "nope", NOON)


def test_two_thousand_comments_a_second(sqlite_db: Database) -> None:
    with sqlite_db.begin() as session:
        rooms.create_room(session, "r1")
    begun = time.perf_counter()
    for start in range(0, 4_000, 100):
        with sqlite_db.begin() as session:
            batch = _said(*(str(n) for n in range(start, start + 100)))
            assert len(rooms.accept(session, "r1", batch).rows) == 100
    assert 4_000 / (time.perf_counter() - begun) > 2_000


def test_hand_overs_are_open_until_closed_once(room: Database) -> None:
    with room.begin() as session:
        one = handoff.open_item(session, "r1", "v", "complaint", "坏了", "C1", "angry")
        two = handoff.open_item(session, None, "w", "ask_spec", "多重", None, "unknown")
        assert [item.pk for item in handoff.open_items(session)] == [one, two]
        (item,) = handoff.open_items(session, "r1")
        assert (item.text, item.reason, item.sku, item.viewer) == ("坏了", "angry", "C1", "v")
        assert handoff.close(session, one, "done") is True
        assert handoff.close(session, one, "skip") is False
        assert [item.pk for item in handoff.open_items(session)] == [two]
        with pytest.raises(handoff.UnknownItem):
            handoff.close(session, 999, "done")
        with pytest.raises(ValueError, match="perhaps"):
            handoff.close(session, two, "perhaps")


def test_policies_are_the_owners_words_or_nothing(shop_db: Database) -> None:
    with shop_db.begin() as session:
        assert policies.get_policy(session, "courier") is None
        policies.set_policy(session, "courier", " 顺丰 ")
        policies.set_policy(session, "courier", "中通")
        assert policies.get_policy(session, "courier") == "中通"
        policies.set_policy(session, "courier", " ")
        assert policies.get_policy(session, "courier") is None
        policies.set_policy(session, "courier", None)
        with pytest.raises(policies.UnknownPolicy):
            policies.get_policy(session, "horoscope")
