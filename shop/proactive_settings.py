"""What a room may say by itself: one setting a kind, off until the owner turns it on.

One table says what each kind is, what it says unless the owner writes something else, and which
limits hold. Whoever edits names the version that was on the screen, as with the FAQ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import room_variables, rooms
from shop.bulk import affected, bump
from shop.bulk import revision as revision_of
from shop.errors import ChangedMeanwhile, InvalidField, ShopError
from shop.models import ProactiveRow, table_of

WELCOME, SWITCH, LOW_STOCK = "welcome", "switch", "low_stock"
SCRIPTS, DIGEST, LIMITS = "scripts", "digest", "limits"

_PROACTIVE = table_of(ProactiveRow)


class UnknownKind(ShopError):
    """No kind of message has this name; KINDS names them all."""


class NumberInvalid(InvalidField):
    """A limit outside what makes sense."""


class SettingChanged(ChangedMeanwhile):
    """Somebody changed the setting meanwhile; `current` is what it says now."""

    current: Setting


@dataclass(frozen=True, slots=True)
class Number:
    """One limit the owner may move, with its unit in Chinese."""

    name: str
    title: str
    unit: str
    usual: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of message; `text` is what it says by default, "" where it has no text itself."""

    name: str
    title: str
    about: str
    text: str
    numbers: tuple[Number, ...]
    on: bool = False


def _gap(usual: int) -> Number:
    return Number("gap_seconds", "两条之间至少隔", "秒", usual, 5, 7200)


def _most(usual: int) -> Number:
    return Number("per_show", "一场最多", "条", usual, 1, 500)


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            SWITCH, "讲解卡", "换讲商品时，在画面上出一张商品卡：名称、价格、链接号、特点、库存。",
            "现在讲[{链接}]：",
            (Number("steady_seconds", "换品后等", "秒再出（来回切换只出最后一个）", 6, 2, 120),
             _gap(15), _most(100)),
        ),
        Kind(
            LOW_STOCK, "低库存提醒", "库存降到您定的件数时说一次；补货后再降下来才会再说。",
            "{商品}只剩{库存}件了，想要的抓紧[（{紧张规格}）]",
            (Number("below", "库存降到", "件以下提醒", 10, 1, 100_000), _gap(60), _most(30)),
        ),
        Kind(
            WELCOME, "欢迎新朋友", "攒几位第一次发言的观众，一起欢迎，不逐个刷屏。",
            "欢迎{新朋友}来到直播间，有问题直接打在公屏上～",
            (Number("at_least", "攒够", "位新朋友才说", 3, 1, 200), _gap(120), _most(40)),
        ),
        Kind(
            SCRIPTS, "定时话术", "按您写的时间说您写的话，话术在下面添加。", "",
            (_gap(60), _most(60)),
        ),
        Kind(
            DIGEST, "常见问题汇总", "把问得最多的几个问题和现在的答案一起说一遍，只说公开答案。",
            "大家常问：\n{问答}",
            (Number("window_minutes", "统计最近", "分钟", 10, 2, 120),
             Number("at_least", "一个问题至少", "人问过", 3, 2, 1000),
             Number("questions", "一次最多", "个问题", 2, 1, 4), _gap(600), _most(20)),
        ),
        Kind(
            LIMITS, "总开关", "关掉就全部暂停。观众的回答永远排在前面，主动话术只用剩下的空。", "",
            (Number("per_minute", "所有主动话术每分钟最多", "条", 2, 1, 20),
             Number("quiet_minutes", "没人发言超过", "分钟就安静（0 为不管）", 5, 0, 240),
             Number("repeat_minutes", "一样的话", "分钟内不重复", 5, 1, 240)),
            on=True,
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """One kind as the owner wants it; numbers that are not named stay at their usual."""

    on: bool
    text: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)

    def checked(self, kind: Kind) -> Draft:
        """With every number, the text checked; raises TextInvalid, NumberInvalid."""
        text = room_variables.checked(self.text, kind.name) if kind.text else ""
        return Draft(self.on, text, {n.name: _number(self.numbers, n) for n in kind.numbers})


@dataclass(frozen=True, slots=True)
class Setting:
    """One kind as it is kept; version 0 was never edited."""

    kind: str
    on: bool
    text: str
    numbers: Mapping[str, int]
    version: int = 0

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]


def usual(name: str) -> Setting:
    """A kind before anybody edited it; raises UnknownKind."""
    kind = known(name)
    return Setting(name, kind.on, kind.text, {n.name: n.usual for n in kind.numbers})


def known(name: str) -> Kind:
    """The kind of this name; raises UnknownKind."""
    if name not in KINDS:
        raise UnknownKind(name)
    return KINDS[name]


def read(session: Session, room: str) -> dict[str, Setting]:
    """The setting of every kind."""
    rows = session.execute(select(_PROACTIVE).where(_PROACTIVE.c.room == room))
    stored = {row.kind: _setting(row) for row in rows if row.kind in KINDS}
    return {name: stored.get(name) or usual(name) for name in KINDS}


def edit(session: Session, room: str, name: str, draft: Draft, version: int) -> Setting:
    """Put the draft in place of this version.

    Raises UnknownRoom, UnknownKind, TextInvalid, NumberInvalid, SettingChanged.
    """
    draft = draft.checked(known(name))
    values: dict[str, Any] = {
        "enabled": draft.on,
        "text": draft.text,
        "numbers": dict(draft.numbers),
        "version": version + 1,
        "updated_at": datetime.now(UTC),
    }
    if not _put(session, room, name, values, version):
        raise SettingChanged(read(session, room)[name])
    bump(session, "proactive")
    return read(session, room)[name]


def revision(session: Session) -> int:
    """Grows at every change of a setting or a script, in any room."""
    return revision_of(session, "proactive")


def _put(session: Session, room: str, name: str, values: dict[str, Any], version: int) -> bool:
    """Whether this version was there to be replaced; the statement itself decides."""
    same = (_PROACTIVE.c.room == room, _PROACTIVE.c.kind == name)
    if version:
        at = (*same, _PROACTIVE.c.version == version)
        return bool(affected(session, update(_PROACTIVE).where(*at).values(**values)))
    rooms.known_room(session, room)
    try:
        with session.begin_nested():
            session.execute(insert(_PROACTIVE).values(room=room, kind=name, **values))
    except IntegrityError:
        return False
    return True


def _setting(row: Any) -> Setting:
    # A number that a later version of the table brought is not in an older row.
    numbers = {n.name: int(row.numbers.get(n.name, n.usual)) for n in KINDS[row.kind].numbers}
    return Setting(row.kind, row.enabled, row.text, numbers, row.version)


def _number(numbers: Mapping[str, int], number: Number) -> int:
    value = numbers.get(number.name, number.usual)
    if not number.lowest <= value <= number.highest:
        raise NumberInvalid(
            number.name, f"「{number.title}」要在 {number.lowest} 到 {number.highest} 之间"
        )
    return value
