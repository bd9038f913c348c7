"""What was shown, what came of it, and that it can be forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shop import events, impressions, orders
from shop.database import Database
from shop.impressions import Impression, Result, UnknownImpression
from shop.orders import Order

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
SHOWN = Impression("L1", 0, "bob", "home", None, "A", 0.5, "m1", NOON)


def test_clicks_and_purchases_are_joined_to_what_was_shown(shop_db: Database) -> None:
    with shop_db.begin() as session:
        impressions.record(
            session,
            [
                SHOWN,
                replace(SHOWN, position=1, sku="B", propensity=1.0),
                replace(SHOWN, list="L2", viewer="eve", ts=NOON + timedelta(days=2)),
            ],
        )
        impressions.record(session, [replace(SHOWN, sku="other")])  # the first stays
        assert impressions.click(session, "bob", "L1", 1, NOON + timedelta(minutes=1))
        assert not impressions.click(session, "bob", "L1", 1, NOON + timedelta(minutes=2))
        orders.upsert_many(
            session,
            [
                Order("1", "bob", NOON + timedelta(hours=23), "A", status="paid"),
                Order("2", "bob", NOON + timedelta(hours=25), "B", status="paid"),
                Order("3", "eve", NOON + timedelta(days=2, hours=1), "A", status="cancelled"),
            ],
        )
    with shop_db.read() as session:
        table = impressions.frame(session, NOON)
        assert len(impressions.frame(session, NOON + timedelta(days=1))) == 1
        assert [e.event_id for e in events.of_viewer(session, "bob")] == ["imp:L1:1"]
        assert impressions.results(session, NOON) == [Result("home", 3, 1)]
        assert impressions.results(session, NOON + timedelta(days=9)) == []
    rows = table[["list", "sku", "propensity", "clicked", "bought"]].to_numpy().tolist()
    assert rows == [
        ["L1", "A", 0.5, False, True],
        ["L1", "B", 1.0, True, False],
        ["L2", "A", 0.5, False, False],
    ]


def test_nobody_clicks_for_another(shop_db: Database) -> None:
    with shop_db.begin() as session:
        impressions.record(session, [SHOWN])
    for viewer, name, position in (("eve", "L1", 0), ("bob", "L1", 1), ("bob", "L9", 0)):
        with pytest.raises(UnknownImpression), shop_db.begin() as session:
            impressions.click(session, viewer, name, position, NOON)


def test_a_viewer_and_an_age_are_forgotten(shop_db: Database) -> None:
    with shop_db.begin() as session:
        impressions.record(session, [SHOWN, replace(SHOWN, list="L2", viewer="eve")])
        impressions.record(session, [replace(SHOWN, list="L0", ts=NOON - timedelta(days=9))])
        assert impressions.forget_before(session, NOON) == 1
        assert [one.list for one in impressions.of_viewer(session, "bob")] == ["L1"]
        assert impressions.forget(session, "bob") == 1
        assert impressions.of_viewer(session, "bob") == []
        assert len(impressions.of_viewer(session, "eve")) == 1


def test_an_empty_shop_has_an_empty_frame(shop_db: Database) -> None:
    with shop_db.read() as session:
        assert impressions.frame(session, NOON).empty
    with pytest.raises(ValueError, match="place"):
        replace(SHOWN, place="nowhere")
