from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shop import events, orders, viewers
from shop.database import Database
from shop.events import Event, Recorded
from shop.models import ViewerRow
from shop.orders import Order

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_pseudonyms_are_stable_and_say_nothing() -> None:
    name = viewers.pseudonym("key", "live", "13800000000")
    assert name == viewers.pseudonym("key", "live", "13800000000")
    assert len(name) == 32
    assert int(name, 16) >= 0


def test_pseudonyms_differ_by_key_channel_and_id() -> None:
    cases = [("k", "a", "b:c"), ("k", "a:b", "c"), ("k", "a", "bc"), ("l", "a", "b:c")]
    assert len({viewers.pseudonym(*case) for case in cases}) == len(cases)


def test_touch_keeps_the_first_and_the_last_time(shop_db: Database) -> None:
    with shop_db.begin() as session:
        for moment in (NOON, NOON + HOUR, NOON - HOUR):
            viewers.touch(session, "v", "widget", moment)
    with shop_db.read() as session:
        row = session.get(ViewerRow, "v")
        assert row is not None
        assert (row.first_seen, row.last_seen, row.channel) == (NOON, NOON + HOUR, "widget")


def test_events_are_kept_once_however_often_they_come(shop_db: Database) -> None:
    first = Event("e1", NOON, "v", "view", "C1")
    with shop_db.begin() as session:
        later = Event("e1", NOON, "v", "click", "C1")
        assert events.record(session, [first, later]) == Recorded(1, 1)
        other = Event("e2", NOON + HOUR, "v", "dwell", "C1", 12.5, "r1")
        assert events.record(session, [later, other]) == Recorded(1, 1)
        assert events.of_viewer(session, "v") == [other, first]
        assert events.of_viewer(session, "v", 1) == [other]
        assert events.of_viewer(session, "w") == []
        assert events.record(session, []) == Recorded(0, 0)


def test_unknown_events_are_refused() -> None:
    with pytest.raises(ValueError, match="teleport"):
        Event("e1", NOON, "v", "teleport")


def test_event_frame_since(shop_db: Database) -> None:
    names = ["event_id", "ts", "viewer", "event", "sku", "value", "room"]
    with shop_db.begin() as session:
        empty = events.frame(session)
        events.record(
            session,
            [Event("b", NOON + HOUR, "v", "pay", "C1", 9_900), Event("a", NOON, "v", "view")],
        )
        whole, late = events.frame(session), events.frame(session, NOON + HOUR)
    assert list(empty.columns) == list(whole.columns) == names
    assert str(empty["ts"].dtype) == str(whole["ts"].dtype)
    assert str(empty["value"].dtype) == str(whole["value"].dtype) == "float64"
    assert whole["event_id"].tolist() == ["a", "b"]
    assert whole["ts"].dt.tz is not None
    assert late["event_id"].tolist() == ["b"]


def test_orders_are_brought_up_to_date(shop_db: Database) -> None:
    paid = Order("o1", "v", NOON, "C1", "红 S", 2, 19_800, 200, "paid")
    shipped = Order("o1", "v", NOON, "C1", "红 S", 2, 19_800, 200, "shipped", "顺丰", "SF1")
    newer = Order("o2", "v", NOON + HOUR, "C2", paid_fen=100, status="created")
    with shop_db.begin() as session:
        orders.upsert_many(session, [paid])
        orders.upsert_many(session, [shipped, newer])
        assert orders.by_id(session, "o1") == shipped
        assert orders.by_id(session, "o9") is None
        assert orders.of_viewer(session, "v", 10) == [newer, shipped]
        assert orders.of_viewer(session, "v", 1) == [newer]
        table = orders.frame(session)
    assert table["order_id"].tolist() == ["o1", "o2"]
    assert table["paid_fen"].tolist() == [19_800, 100]


def test_unknown_order_statuses_are_refused() -> None:
    with pytest.raises(ValueError, match="lost"):
        Order("o1", "v", NOON, "C1", status="lost")
