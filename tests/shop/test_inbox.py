from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from shop import inbox
from shop.database import Database
from shop.inbox import Question
from shop.models import QuestionRow

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)


def test_a_question_waits_as_it_was_asked(shop_db: Database) -> None:
    with shop_db.begin() as session:
        pk = inbox.record(
            session, "能带猫吗", "low_confidence", "v1", room="r1", intent="ask_usage",
            confidence=0.31, sku="C1", faq_id="F1", propensity=0.8, asked_at=NOON,
        )  # fmt: skip
    with shop_db.read() as session:
        assert inbox.open_questions(session) == [
            Question(
                pk, "r1", "v1", "能带猫吗", "ask_usage", 0.31, "low_confidence", "C1", "F1", 0.8,
                NOON,
            )
        ]  # fmt: skip
        assert inbox.count_open(session) == 1


def test_long_texts_are_cut(shop_db: Database) -> None:
    with shop_db.begin() as session:
        inbox.record(session, "长" * 501, "unknown", "v1")
        (question,) = inbox.open_questions(session)
    assert question.text == "长" * 500


def test_newest_come_first_and_no_more_than_asked_for(shop_db: Database) -> None:
    with shop_db.begin() as session:
        for hours in (2, 1, 3):
            at = NOON + timedelta(hours=hours)
            inbox.record(session, f"问{hours}", "unknown", "v1", asked_at=at)
        inbox.record(session, "同时", "unknown", "v1", asked_at=NOON + timedelta(hours=3))
        assert [q.text for q in inbox.open_questions(session)] == ["同时", "问3", "问2", "问1"]
        assert [q.text for q in inbox.open_questions(session, 2)] == ["同时", "问3"]


def test_closing_counts_only_what_was_open(shop_db: Database) -> None:
    with shop_db.begin() as session:
        pks = [inbox.record(session, f"问{n}", "unknown", "v1") for n in range(3)]
        assert inbox.close(session, pks[:1], "ignored") == 1
        assert inbox.close(session, [*pks[:2], 10**9], "similar", "F1") == 1
        assert [q.pk for q in inbox.open_questions(session)] == pks[2:]
        rows = session.execute(select(QuestionRow.how, QuestionRow.closed_faq_id)).all()
    assert sorted(map(tuple, rows), key=str) == [
        ("ignored", None),
        ("similar", "F1"),
        (None, None),
    ]


def test_unheard_of_reasons_and_ways_are_refused(shop_db: Database) -> None:
    with shop_db.begin() as session:
        with pytest.raises(ValueError, match="reason"):
            inbox.record(session, "问", "bored", "v1")
        with pytest.raises(ValueError, match="how"):
            inbox.close(session, [1], "burnt")


def test_the_past_is_forgotten_open_or_closed(shop_db: Database) -> None:
    with shop_db.begin() as session:
        pks = [
            inbox.record(session, "问", "unknown", "v1", asked_at=NOON + timedelta(hours=n))
            for n in range(4)
        ]
        inbox.close(session, pks[:1], "ignored")
        assert inbox.forget_before(session, NOON + timedelta(hours=2)) == 2
        assert sorted(q.pk for q in inbox.open_questions(session)) == pks[2:]
        assert session.scalars(select(QuestionRow.pk).order_by(QuestionRow.pk)).all() == pks[2:]


def test_beyond_the_bound_old_questions_nobody_complained_of_go_first(
    shop_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "KEPT_OPEN", 4)
    reasons = ["thumbs_down", "unknown", "handed_over", "low_confidence", "unknown", "unknown"]
    with shop_db.begin() as session:
        for number, reason in enumerate(reasons):
            at = NOON + timedelta(hours=number)
            inbox.record(session, str(number), reason, "v1", asked_at=at)
        assert [q.text for q in inbox.open_questions(session)] == ["5", "4", "2", "0"]
        for number in range(6, 10):
            inbox.record(session, str(number), "thumbs_down", "v1")
        assert [q.text for q in inbox.open_questions(session)] == ["9", "8", "7", "6"]
        ways = session.scalars(select(QuestionRow.how).where(QuestionRow.how.is_not(None))).all()
    assert ways == ["ignored"] * 6


def test_the_bound_holds_between_two_looks_as_well(
    shop_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "KEPT_OPEN", 200)  # looks at every fourth
    most = 0
    with shop_db.begin() as session:
        for number in range(450):
            inbox.record(session, str(number), "unknown", "v1")
            most = max(most, inbox.count_open(session)) if number >= 190 else most
        texts = [question.text for question in inbox.open_questions(session)]
    assert 196 <= most <= 200
    assert texts == [str(number) for number in range(449, 449 - len(texts), -1)]
