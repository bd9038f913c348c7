"""What a host is told of the shelf, and the questions that wait for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shop import catalogue, handoff, inbox, rooms, shelf
from shop.catalogue import Product, Variant
from shop.database import Database
from shop.shelf import Label, Left


def variant(color: str, size: str, stock: int) -> Variant:
    return Variant(f"{color} {size}".strip(), color, size, 100, stock)


def test_what_runs_low_is_named_the_product_on_air_first(shop_db: Database) -> None:
    dress = (variant("黑色", "S", 3), variant("黑色", "M", 40), variant("酒红", "S", 0))
    with shop_db.begin() as session:
        catalogue.upsert_many(
            session,
            [
                Product("A1", "裙子", link_no=2, stock=43, variants=dress),
                Product("A2", "面霜", link_no=1, stock=5),
                Product("A3", "牛肉干", link_no=3, stock=6),
                Product("A0", "卖完了", link_no=0, stock=0),
                Product("A4", "无链接", stock=0),
                Product("A5", "下架", link_no=5, stock=0, status="off"),
                Product("A6", "正在讲", stock=1),
            ],
        )
    with shop_db.read() as session:
        low = shelf.running_low(session, "A6", 5)
        assert shelf.running_low(session, None, 5, limit=1)[0].label.sku == "A2"
        assert shelf.labels(session, ["A1", "nope"]) == {"A1": Label("A1", "裙子", 2)}
    assert [one.label.sku for one in low] == ["A6", "A2", "A1", "A0"]
    assert low[2].left == (Left("黑色S码", 3), Left("酒红S码", 0))
    assert low[1].left == (Left("", 5),)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (("黑 S", "黑", "S"), "黑S码"), (("38-39", "", "38-39"), "38-39码"),
        (("礼盒", "", ""), "礼盒"), (("白 均码", "白", "均码"), "白均码"),
        (("30ml", "", "30ml"), "30ml"), (("1.8米床", "", "1.8米床"), "1.8米床"),
    ],
)  # fmt: skip
def test_variants_are_called_as_a_host_calls_them(given: tuple[str, str, str], name: str) -> None:
    assert shelf.variant_name(*given) == name


def test_items_are_closed_and_taken_back_in_their_own_room(shop_db: Database) -> None:
    with shop_db.begin() as session:
        rooms.create_room(session, "r1")
        rooms.create_room(session, "r2")
        ours = [handoff.open_item(session, "r1", "v", "i", "问", None, "x") for _ in range(3)]
        theirs = handoff.open_item(session, "r2", "v", "i", "问", None, "x")
        assert handoff.close_many(session, "r1", [*ours[:2], theirs, 999], "done") == ours[:2]
        assert handoff.close_many(session, "r1", ours, "skip") == ours[2:]
    long_ago, soon = (datetime.now(UTC) + timedelta(seconds=s) for s in (-60, 60))
    with shop_db.begin() as session:
        assert handoff.reopen_many(session, "r1", ours, soon) == []
        assert handoff.reopen_many(session, "r2", ours, long_ago) == []
        assert handoff.reopen_many(session, "r1", [*ours[1:], theirs], long_ago) == ours[1:]
    with shop_db.read() as session:
        assert [item.pk for item in handoff.open_items(session, "r1")] == ours[1:]
        assert [item.pk for item in handoff.open_items(session, "r1", limit=1)] == ours[2:]
        assert handoff.count_open(session, "r1") == 2
        assert handoff.item(session, "r1", ours[0]).text == "问"
        with pytest.raises(handoff.UnknownItem):
            handoff.item(session, "r1", theirs)


def test_a_question_that_waits_in_the_inbox_is_known_by_its_words_and_room(
    shop_db: Database,
) -> None:
    with shop_db.begin() as session:
        pk = inbox.record(session, "起球吗" * 300, inbox.UNKNOWN, "v", room="r1")
        assert inbox.is_open(session, "起球吗" * 300, "r1")
        assert not inbox.is_open(session, "起球吗" * 300, "r2")
        assert not inbox.is_open(session, "起球", "r1")
        inbox.close(session, [pk], inbox.IGNORED)
        assert not inbox.is_open(session, "起球吗" * 300, "r1")
