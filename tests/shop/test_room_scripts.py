from __future__ import annotations

import pytest

from shop import room_scripts, rooms
from shop.database import Database
from shop.room_scripts import (
    MAX_SCRIPTS,
    ScriptChanged,
    ScriptDraft,
    ScriptInvalid,
    UnknownScript,
)

EVERY = ScriptDraft("包邮[，{优惠}]", every_minutes=10)


@pytest.fixture
def db(shop_db: Database) -> Database:
    with shop_db.begin() as session:
        rooms.create_room(session, "demo")
        rooms.create_room(session, "other")
    return shop_db


def test_a_script_comes_back_as_it_was_written(db: Database) -> None:
    draft = ScriptDraft("｛商品｝", False, None, 30)
    with db.begin() as session:
        made = room_scripts.create(session, "demo", draft)
    with db.read() as session:
        assert room_scripts.of_room(session, "demo") == [made]
        assert room_scripts.of_room(session, "other") == []
    assert (made.text, made.enabled, made.at_minute, made.version) == ("{商品}", False, 30, 1)


def test_the_second_tab_is_told(db: Database) -> None:
    with db.begin() as session:
        made = room_scripts.create(session, "demo", EVERY)
        first = room_scripts.edit(
            session, "demo", made.pk, ScriptDraft("一", every_minutes=5), made.version
        )
    for change in (
        lambda session: room_scripts.edit(session, "demo", made.pk, EVERY, made.version),
        lambda session: room_scripts.remove(session, "demo", made.pk, made.version),
    ):
        with db.begin() as session, pytest.raises(ScriptChanged) as refused:
            change(session)
        assert refused.value.current == first
    with db.begin() as session:
        room_scripts.remove(session, "demo", made.pk, first.version)
    with db.read() as session, pytest.raises(UnknownScript):
        room_scripts.get(session, "demo", made.pk)


def test_a_room_cannot_touch_the_script_of_another(db: Database) -> None:
    with db.begin() as session:
        made = room_scripts.create(session, "demo", EVERY)
    with db.begin() as session, pytest.raises(UnknownScript):
        room_scripts.edit(session, "other", made.pk, EVERY, 1)
    with db.begin() as session, pytest.raises(UnknownScript):
        room_scripts.remove(session, "other", made.pk, 1)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ScriptDraft("好"), "every_minutes"),
        (ScriptDraft("好", every_minutes=5, at_minute=5), "every_minutes"),
        (ScriptDraft("好", every_minutes=0), "every_minutes"),
        (ScriptDraft("好", at_minute=1441), "at_minute"),
        (ScriptDraft("好", every_minutes=5, first_minute=9, last_minute=9), "last_minute"),
        (ScriptDraft("好", every_minutes=5, most=0), "most"),
        (ScriptDraft("{销量}", every_minutes=5), "text"),
    ],
)
def test_a_script_that_makes_no_sense_is_refused(
    db: Database, draft: ScriptDraft, field: str
) -> None:
    with db.begin() as session, pytest.raises((ScriptInvalid, room_scripts.InvalidField)) as no:
        room_scripts.create(session, "demo", draft)
    assert no.value.field == field


def test_there_are_only_so_many(db: Database) -> None:
    with db.begin() as session:
        for _ in range(MAX_SCRIPTS):
            room_scripts.create(session, "demo", EVERY)
        with pytest.raises(ScriptInvalid):
            room_scripts.create(session, "demo", EVERY)
        room_scripts.create(session, "other", EVERY)
