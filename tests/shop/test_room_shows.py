"""Shows, what is on air since when, and what was asked: what a room's own messages rest on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from shop import catalogue, room_messages, room_questions, room_shows, rooms
from shop.catalogue import Product
from shop.database import Database
from shop.room_messages import HELD, SAID, NewMessage
from shop.rooms import Answer, Incoming, Outcome

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def db(shop_db: Database, cream: Callable[..., Product]) -> Database:
    with shop_db.begin() as session:
        rooms.create_room(session, "demo")
        for sku in ("A", "B"):
            catalogue.upsert(session, cream(sku=sku))
    return shop_db


def test_a_show_lasts_until_nothing_happens_for_long(db: Database) -> None:
    with db.begin() as session:
        first = room_shows.touch(session, "demo", NOW)
        again = room_shows.touch(session, "demo", NOW + HOUR)
        assert (again.pk, again.started_at) == (first.pk, NOW)
        assert again.minute(NOW + HOUR) == 60
        assert room_shows.current(session, "demo", NOW + 3 * HOUR - MINUTE) == again
        assert room_shows.current(session, "demo", NOW + 3 * HOUR) is None
        next_one = room_shows.touch(session, "demo", NOW + 4 * HOUR)
    assert next_one.pk != first.pk
    assert next_one.minute(NOW) == 0


def test_the_owner_begins_a_show_in_the_middle_of_one(db: Database) -> None:
    with db.begin() as session:
        room_shows.touch(session, "demo", NOW)
        begun = room_shows.begin(session, "demo", NOW + MINUTE)
        assert room_shows.current(session, "demo", NOW + MINUTE) == begun
    with db.begin() as session, pytest.raises(rooms.UnknownRoom):
        room_shows.begin(session, "nowhere", NOW)


def test_the_same_product_again_is_no_change(db: Database) -> None:
    with db.begin() as session:
        assert room_shows.on_air(session, "demo") is None
        for minute, sku in enumerate(("A", "B", "B", "B")):
            rooms.put_on_air(session, "demo", sku, NOW + minute * MINUTE)
        on_air = room_shows.on_air(session, "demo")
        assert on_air is not None
        assert (on_air.sku, on_air.at) == ("B", NOW + MINUTE)
        rooms.put_on_air(session, "demo", None, NOW + 5 * MINUTE)
        assert room_shows.on_air(session, "demo") is None
        rooms.put_on_air(session, "demo", "B", NOW + 6 * MINUTE)
        back = room_shows.on_air(session, "demo")
    assert back is not None
    assert back.pk != on_air.pk


def test_messages_come_back_newest_first_and_only_what_was_said_counts(db: Database) -> None:
    with db.begin() as session:
        show = room_shows.begin(session, "demo", NOW)
        for minute, state in enumerate((SAID, HELD, SAID)):
            new = NewMessage(
                show.pk, "scripts", "1", state, "", f"第{minute}句", NOW + minute * MINUTE
            )
            room_messages.record(session, "demo", new)
    with db.read() as session:
        newest = room_messages.newest(session, "demo", 2)
        said = room_messages.said_since(session, "demo", NOW)
        later = room_messages.said_since(session, "demo", NOW + MINUTE)
    assert [m.text for m in newest] == ["第2句", "第1句"]
    assert [m.text for m in said] == ["第0句", "第2句"]
    assert [m.text for m in later] == ["第2句"]


def _ask(db: Database, text: str, viewers: str, *, intent: str, public: bool = True) -> None:
    with db.begin() as session:
        rows = [Incoming(f"{text}{v}{intent}", v, v, text, NOW) for v in viewers]
        comments = rooms.accept(session, "demo", rows).rows
        answer = Answer("demo", intent, text, "A", f"答{intent}", (), public, datetime.now(UTC))
        pk = rooms.save_answer(session, answer)
        kinds = ["answered", *["merged"] * (len(comments) - 1)]
        at = datetime.now(UTC)
        rooms.record(
            session,
            [
                Outcome(c.pk, kind, "public", pk, at)
                for c, kind in zip(comments, kinds, strict=True)
            ],
        )


def test_the_most_asked_are_counted_by_viewer_and_only_in_public(db: Database) -> None:
    _ask(db, "包邮吗", "abc", intent="ask_shipping_fee")
    _ask(db, "运费呢", "cd", intent="ask_shipping_fee")
    _ask(db, "我的单号", "abcdef", intent="ask_order_status", public=False)
    _ask(db, "几号发", "e", intent="ask_shipping_time")
    since = datetime.now(UTC) - MINUTE
    with db.read() as session:
        found = room_questions.most_asked(session, "demo", since, 5)
        asked = room_questions.askers(session, "demo", since)
        later = room_questions.most_asked(session, "demo", since + HOUR, 5)
    assert [(one.intent, one.count) for one in found] == [
        ("ask_shipping_fee", 4),
        ("ask_shipping_time", 1),
    ]
    assert set(found[0].wordings) == {"包邮吗", "运费呢"}
    assert asked == 6
    assert later == []


def test_viewers_of_the_show_are_those_who_wrote_since(db: Database) -> None:
    with db.begin() as session:
        rooms.accept(
            session, "demo", [Incoming(str(n), f"v{n % 3}", "", "在", NOW) for n in range(9)]
        )
        since = datetime.now(UTC) - MINUTE
        assert set(room_shows.viewers_since(session, "demo", since, 10)) == {"v0", "v1", "v2"}
        assert room_shows.viewers_since(session, "demo", since, 1) == ["v2"]
        assert room_shows.viewers_since(session, "demo", since + HOUR, 10) == []
        assert room_shows.last_comment_at(session, "demo") is not None
