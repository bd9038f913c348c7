"""Timed scripts: texts with variables that a room says by the clock of the show."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from shop import room_variables, rooms
from shop.bulk import affected, bump, row_of
from shop.errors import ChangedMeanwhile, InvalidField, ShopError
from shop.models import RoomScriptRow, table_of
from shop.proactive_settings import SCRIPTS

MAX_SCRIPTS = 100
# The longest show that anybody plans, and the most times one thing is worth saying in it.
MAX_MINUTE, MAX_TIMES = 24 * 60, 500

_SCRIPT = table_of(RoomScriptRow)


class UnknownScript(ShopError):
    """No script of this room has this number."""


class ScriptInvalid(InvalidField):
    """A script like this cannot be kept; `field` is that of ScriptDraft."""


class ScriptChanged(ChangedMeanwhile):
    """Somebody changed the script meanwhile; `current` is what it says now."""

    current: Script


@dataclass(frozen=True, slots=True)
class ScriptDraft:
    """One script as the owner wants it; minutes are those of the show, which begins at 0.

    Either `every_minutes`, between `first_minute` and `last_minute` (None: to the end) and at
    most `most` times a show, or once at `at_minute`.
    """

    text: str
    enabled: bool = True
    every_minutes: int | None = None
    at_minute: int | None = None
    first_minute: int = 0
    last_minute: int | None = None
    most: int = 10

    def checked(self) -> ScriptDraft:
        """The draft with its text checked; raises TextInvalid, ScriptInvalid."""
        text = room_variables.checked(self.text, SCRIPTS)
        if (self.every_minutes is None) == (self.at_minute is None):
            raise ScriptInvalid("every_minutes", "请选「每隔几分钟」或「第几分钟」其中一个")
        _within("every_minutes", "每隔几分钟", self.every_minutes, 1, MAX_MINUTE)
        _within("at_minute", "第几分钟", self.at_minute, 0, MAX_MINUTE)
        _within("first_minute", "从第几分钟起", self.first_minute, 0, MAX_MINUTE)
        _within("last_minute", "到第几分钟止", self.last_minute, 0, MAX_MINUTE)
        _within("most", "一场最多几次", self.most, 1, MAX_TIMES)
        if self.last_minute is not None and self.last_minute <= self.first_minute:
            raise ScriptInvalid("last_minute", "结束的分钟要大于开始的分钟")
        return replace(self, text=text)


@dataclass(frozen=True, slots=True)
class Script(ScriptDraft):
    """One script as it is kept."""

    pk: int = 0
    version: int = 1


_COLUMNS = [_SCRIPT.c[field.name] for field in fields(Script)]


def of_room(session: Session, room: str) -> list[Script]:
    """The scripts of a room in the order in which they were written."""
    query = select(*_COLUMNS).where(_SCRIPT.c.room == room).order_by(_SCRIPT.c.pk)
    return [Script(*row) for row in session.execute(query)]


def get(session: Session, room: str, pk: int) -> Script:
    """One script; raises UnknownScript."""
    row = session.execute(select(*_COLUMNS).where(*_is(room, pk))).first()
    if row is None:
        raise UnknownScript(str(pk))
    return Script(*row)


def create(session: Session, room: str, draft: ScriptDraft) -> Script:
    """Store a new script; raises UnknownRoom, TextInvalid, ScriptInvalid."""
    draft = draft.checked()
    rooms.known_room(session, room)
    count = select(func.count()).select_from(_SCRIPT).where(_SCRIPT.c.room == room)
    if session.execute(count).scalar_one() >= MAX_SCRIPTS:
        raise ScriptInvalid("text", f"一个直播间最多 {MAX_SCRIPTS} 条定时话术，请先删掉不用的")
    values = row_of(draft) | {"room": room, "version": 1, "updated_at": datetime.now(UTC)}
    pk = session.execute(insert(_SCRIPT).values(**values).returning(_SCRIPT.c.pk)).scalar_one()
    bump(session, "proactive")
    return get(session, room, int(pk))


def edit(session: Session, room: str, pk: int, draft: ScriptDraft, version: int) -> Script:
    """Put the draft in place of this version; raises ScriptChanged, UnknownScript, as create()."""
    values = row_of(draft.checked()) | {"version": version + 1, "updated_at": datetime.now(UTC)}
    # This one UPDATE decides between two tabs.
    statement = update(_SCRIPT).where(*_is(room, pk), _SCRIPT.c.version == version)
    if not affected(session, statement.values(**values)):
        raise ScriptChanged(get(session, room, pk))
    bump(session, "proactive")
    return get(session, room, pk)


def remove(session: Session, room: str, pk: int, version: int) -> None:
    """Forget this version of a script; raises ScriptChanged, UnknownScript."""
    if not affected(session, delete(_SCRIPT).where(*_is(room, pk), _SCRIPT.c.version == version)):
        raise ScriptChanged(get(session, room, pk))
    bump(session, "proactive")


def _is(room: str, pk: int) -> tuple[ColumnElement[bool], ...]:
    return _SCRIPT.c.room == room, _SCRIPT.c.pk == pk


def _within(field: str, title: str, value: int | None, lowest: int, highest: int) -> None:
    if value is not None and not lowest <= value <= highest:
        raise ScriptInvalid(field, f"「{title}」要在 {lowest} 到 {highest} 之间")
