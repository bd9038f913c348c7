"""Finding a viewer for the owner: the latest, or by the name shown in a room, or by pseudonym."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.models import CommentRow, EventRow, ViewerRow, table_of

_COMMENT, _EVENT, _VIEWER = table_of(CommentRow), table_of(EventRow), table_of(ViewerRow)
# How far back the newest are looked for among rows; a busy hour of a room.
_LOOKED_AT = 3_000


@dataclass(frozen=True, slots=True)
class Found:
    """One viewer; `name` is the newest one shown in a room, "" for those who never wrote in one."""

    viewer: str
    name: str
    seen: datetime


def search(session: Session, text: str = "", limit: int = 20) -> list[Found]:
    """The viewers seen last, of those whose shown name contains or whose pseudonym begins so."""
    text = text.strip()
    found: dict[str, Found] = {}
    for one in (*_commenting(session, text), *_present(session, text), *_acting(session, text)):
        before = found.get(one.viewer)
        if before is None or (one.seen > before.seen and one.name):
            found[one.viewer] = one
        elif one.seen > before.seen:
            found[one.viewer] = Found(one.viewer, before.name, one.seen)
    return sorted(found.values(), key=lambda one: (one.seen, one.viewer), reverse=True)[:limit]


def _commenting(session: Session, text: str) -> list[Found]:
    query = select(_COMMENT.c.viewer, _COMMENT.c.name, _COMMENT.c.ts).order_by(_COMMENT.c.pk.desc())
    if text:
        named = _COMMENT.c.name.icontains(text, autoescape=True)
        query = query.where(named | _COMMENT.c.viewer.startswith(text, autoescape=True))
    found: dict[str, Found] = {}
    for viewer, name, ts in session.execute(query.limit(_LOOKED_AT)):
        found.setdefault(viewer, Found(viewer, name, ts))
    return list(found.values())


def _present(session: Session, text: str) -> list[Found]:
    query = select(_VIEWER.c.viewer, _VIEWER.c.last_seen).order_by(_VIEWER.c.last_seen.desc())
    if text:
        query = query.where(_VIEWER.c.viewer.startswith(text, autoescape=True))
    return [Found(viewer, "", seen) for viewer, seen in session.execute(query.limit(100))]


def _acting(session: Session, text: str) -> list[Found]:
    newest = select(_EVENT.c.viewer, _EVENT.c.ts).order_by(_EVENT.c.ts.desc()).limit(_LOOKED_AT)
    if text:
        newest = newest.where(_EVENT.c.viewer.startswith(text, autoescape=True))
    latest: dict[str, datetime] = {}
    for viewer, ts in session.execute(newest):
        latest.setdefault(viewer, ts)
    return [Found(viewer, "", seen) for viewer, seen in latest.items()]
