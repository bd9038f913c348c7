from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from shop import proactive_settings as settings
from shop import rooms
from shop.database import Database
from shop.proactive_settings import (
    LIMITS,
    LOW_STOCK,
    WELCOME,
    Draft,
    NumberInvalid,
    SettingChanged,
    UnknownKind,
)
from shop.room_variables import TextInvalid
from shop.rooms import UnknownRoom


@pytest.fixture
def db(shop_db: Database) -> Database:
    with shop_db.begin() as session:
        rooms.create_room(session, "demo")
    return shop_db


def test_a_fresh_shop_says_nothing(db: Database) -> None:
    with db.read() as session:
        read = settings.read(session, "demo")
    assert {name for name, setting in read.items() if setting.on} == {LIMITS}
    assert {setting.version for setting in read.values()} == {0}


def test_an_edit_is_kept_and_counted(db: Database) -> None:
    with db.begin() as session:
        edited = settings.edit(
            session, "demo", LOW_STOCK, Draft(True, "只剩{库存}件", {"below": 3}), 0
        )
    with db.read() as session:
        assert settings.read(session, "demo")[LOW_STOCK] == edited
        assert settings.revision(session) == 1
    assert (edited.version, edited.on, edited.text) == (1, True, "只剩{库存}件")
    assert dict(edited.numbers) == {"below": 3, "gap_seconds": 60, "per_show": 30}


@pytest.mark.parametrize("version", [0, 1])
def test_the_second_tab_is_told(db: Database, version: int) -> None:
    drafts = [Draft(True, "一"), Draft(True, "二"), Draft(True, "三")]
    with db.begin() as session:
        for number in range(version + 1):
            settings.edit(session, "demo", WELCOME, drafts[number], number)
    with db.begin() as session, pytest.raises(SettingChanged) as refused:
        settings.edit(session, "demo", WELCOME, drafts[2], version)
    assert refused.value.current.text == drafts[version].text
    assert refused.value.current.version == version + 1


def test_of_many_who_save_at_once_one_wins(db: Database) -> None:
    def save(number: int) -> bool:
        try:
            with db.begin() as session:
                settings.edit(session, "demo", WELCOME, Draft(True, f"第{number}"), 0)
        except SettingChanged:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(8))) == 1


def test_what_makes_no_sense_is_refused_and_nothing_kept(db: Database) -> None:
    for name, draft, error in (
        (WELCOME, Draft(True, "{销量}"), TextInvalid),
        (WELCOME, Draft(True, "好", {"gap_seconds": 0}), NumberInvalid),
        ("nothing", Draft(True, "好"), UnknownKind),
    ):
        with db.begin() as session, pytest.raises(error):
            settings.edit(session, "demo", name, draft, 0)
    with db.begin() as session, pytest.raises(UnknownRoom):
        settings.edit(session, "nowhere", WELCOME, Draft(True, "好"), 0)
    with db.read() as session:
        assert settings.read(session, "demo")[WELCOME].version == 0
