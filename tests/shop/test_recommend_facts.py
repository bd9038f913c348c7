"""Facts that ranking rests on: purchases kept, heat of a room, age, bundles, finding a viewer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shop import (
    bundles,
    catalogue,
    events,
    offering,
    orders,
    purchases,
    room_heat,
    rooms,
    viewer_search,
    viewers,
)
from shop.bundles import BundleInvalid
from shop.database import Database
from shop.events import Event
from shop.orders import Order
from shop.rooms import Answer, Incoming, Outcome
from tests.shop.conftest import ProductMaker

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)


def days(number: float) -> datetime:
    return NOON - timedelta(days=number)


def test_what_was_given_back_is_not_owned(shop_db: Database) -> None:
    seen = [
        Event("1", days(9), "bob", "pay", "kept"),
        Event("2", days(9), "bob", "order", "back"),
        Event("3", days(8), "bob", "refund", "back"),
        Event("4", days(9), "bob", "order", "again"),
        Event("5", days(8), "bob", "refund", "again"),
        Event("6", days(7), "bob", "order", "again"),
        Event("7", days(5), "bob", "order", "cancelled"),
        Event("8", days(5), "bob", "view", "seen"),
        Event("9", days(5), "bob", "follow"),
    ]
    with shop_db.begin() as session:
        events.record(session, [*seen, Event("e", days(1), "eve", "pay", "kept")])
        orders.upsert_many(
            session,
            [
                Order("1", "bob", days(20), "old", status="delivered"),
                Order("2", "bob", days(3), "old", status="shipped"),
                Order("3", "bob", days(5), "cancelled", status="cancelled"),
                Order("4", "eve", days(5), "old", status="paid"),
            ],
        )
    with shop_db.read() as session:
        kept = purchases.kept(session, "bob", seen)
        table = purchases.frame(session)
    assert set(kept) == {"kept", "again", "old"}
    assert kept["again"] == days(7)
    assert NOON - kept["old"] < timedelta(days=3, seconds=1)
    pairs = {tuple(row) for row in table.to_numpy()}
    assert pairs == {("bob", "kept"), ("bob", "old"), ("eve", "old"), ("eve", "kept")}


def test_a_room_is_about_what_different_people_click_and_ask(
    shop_db: Database, cream: ProductMaker
) -> None:
    with shop_db.begin() as session:
        for room in ("demo", "other"):
            rooms.create_room(session, room)
        events.record(
            session,
            [
                Event("1", NOON, "a", "click", "C1", None, "demo"),
                Event("2", NOON, "a", "cart", "C1", None, "demo"),
                Event("3", NOON, "b", "dwell", "C1", 20, "demo"),
                Event("4", NOON, "b", "view", "C2", None, "demo"),
                Event("5", days(1), "b", "click", "C2", None, "demo"),
                Event("6", NOON, "b", "click", "C3", None, "other"),
            ],
        )
        said = [Incoming(str(n), v, "", "多少钱", NOON) for n, v in enumerate("aab")]
        rows = rooms.accept(session, "demo", said).rows
        pk = rooms.save_answer(session, Answer("demo", "ask_price", "多少钱", "C2", "99", at=NOON))
        rooms.record(session, [Outcome(r.pk, "answered", "public", pk, NOON) for r in rows])
    with shop_db.read() as session:
        since = NOON - timedelta(minutes=10)
        assert room_heat.clicks(session, "demo", since) == {"C1": 2}
        assert room_heat.questions(session, "demo", since) == {"C2": 2}
        assert room_heat.questions(session, "other", since) == {}
        assert room_heat.questions(session, "demo", NOON + timedelta(seconds=1)) == {}


def test_the_age_of_a_product_is_from_its_first_import(
    shop_db: Database, cream: ProductMaker
) -> None:
    with shop_db.begin() as session:
        catalogue.upsert(session, cream())
        first = offering.many(session, ["C1", "none"])["C1"]
        catalogue.upsert(session, cream(stock=1))
        again = offering.many(session, ["C1"])["C1"]
        assert offering.stock_of_all(session) == [("C1", 1, "on", 10_000)]
        assert offering.categories_and_brands(session) == (["美妆"], ["小满"])
    assert first.since is not None
    assert again.since == first.since
    assert (again.stock, again.category, again.cost_fen) == (1, "美妆", 6_000)


def test_a_bundle_keeps_its_margin_and_the_last_decision(
    shop_db: Database, cream: ProductMaker
) -> None:
    rich, thin = cream(cost_fen=1_000), cream(sku="C2", price_fen=5_050, cost_fen=4_900)
    assert bundles.suggested_price(rich, thin) == 13_500  # a tenth off 150.50, in whole yuan
    assert bundles.suggested_price(cream(cost_fen=6_500), thin) == 14_300  # 114.00 / 0.8, up
    assert bundles.suggested_price(cream(cost_fen=9_900), thin) == 15_050
    assert bundles.suggested_price(cream(cost_fen=None), thin) is None
    with shop_db.begin() as session:
        bundles.decide(session, ("C2", "C1"), "dismissed", 99, NOON)
        made = bundles.decide(session, ("C1", "C2"), "accepted", 13_500, NOON)
        assert bundles.decided(session) == {("C1", "C2"): made}
    for skus, state, price in ((("A", "B"), "maybe", 1), (("A", "A"), "accepted", 1),
                               (("A", "B"), "accepted", None)):  # fmt: skip
        with pytest.raises(BundleInvalid), shop_db.begin() as session:
            bundles.decide(session, skus, state, price, NOON)


def test_viewers_are_found_by_name_and_pseudonym_the_latest_first(shop_db: Database) -> None:
    with shop_db.begin() as session:
        rooms.create_room(session, "demo")
        rooms.accept(
            session,
            "demo",
            [
                Incoming("1", "aa11", "小明", "多少钱", NOON),
                Incoming("2", "bb22", "100%", "?", NOON),
            ],
        )
        viewers.touch(session, "cc33", "widget", NOON + timedelta(hours=1))
        viewers.touch(session, "aa11", "widget", NOON + timedelta(hours=2))
        events.record(session, [Event("1", NOON + timedelta(hours=3), "dd44", "view", "C1")])
    with shop_db.read() as session:

        def find(text: str = "") -> list[tuple[str, str]]:
            return [(one.viewer, one.name) for one in viewer_search.search(session, text)]

        assert find() == [("dd44", ""), ("aa11", "小明"), ("cc33", ""), ("bb22", "100%")]
        assert find("明") == [("aa11", "小明")]
        assert find("%") == [("bb22", "100%")]
        assert find("cc") == [("cc33", "")]
        assert find("c3") == []
        assert len(viewer_search.search(session, limit=2)) == 2
