"""Live rooms: a journal of comments, exactly one outcome each, answers, what is on air."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.bulk import insert_new, row_of
from shop.errors import ShopError
from shop.models import AnswerRow, CommentRow, OnAirRow, OutcomeRow, RoomRow, storable, table_of
from shop.names import ANSWERED, DROPPED, MERGED, OUTCOMES

_ROOM, _COMMENT, _OUTCOME = table_of(RoomRow), table_of(CommentRow), table_of(OutcomeRow)
_ANSWER, _ON_AIR = table_of(AnswerRow), table_of(OnAirRow)


class UnknownRoom(ShopError):
    """No room has this name."""


class UnknownComment(ShopError):
    """An outcome for a comment, or by an answer, that is not in the journal."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One comment as a connector delivers it; viewer is a pseudonym already."""

    id: str
    viewer: str
    name: str
    text: str
    ts: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment in the journal."""

    pk: int
    room: str
    id: str
    viewer: str
    name: str
    text: str
    ts: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The comments that were new, in the order they came, and how many were not."""

    rows: list[Comment]
    duplicates: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a comment ended; answered and merged name their answer."""

    comment_pk: int
    kind: str
    reason: str
    answer_pk: int | None
    at: datetime

    def __post_init__(self) -> None:
        if self.kind not in OUTCOMES:
            raise ValueError(f"unknown outcome {self.kind!r}")
        if self.kind in (ANSWERED, MERGED) and self.answer_pk is None:
            raise ValueError(f"{self.kind}, but by no answer")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer given in a room; a private one is never shown there."""

    room: str
    intent: str
    question_text: str
    sku: str | None
    text: str
    blocks_json: Sequence[dict[str, Any]] = field(default_factory=list)
    public: bool = True
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Decided:
    """One comment with its outcome and, if it got one, the answer's text."""

    comment: Comment
    outcome: Outcome
    answer_text: str | None


_COMMENT_COLUMNS = [_COMMENT.c[one.name] for one in fields(Comment)]
_OUTCOME_COLUMNS = [_OUTCOME.c[one.name] for one in fields(Outcome)]


def create_room(session: Session, room: str, title: str = "") -> None:
    """Make a room; one that is there stays as it is."""
    row = {"room": room, "title": title, "created_at": datetime.now(UTC)}
    insert_new(session, _ROOM, [row], ["room"], [_ROOM.c.room])


def known_room(session: Session, room: str) -> None:
    """Raises UnknownRoom unless the room was created."""
    if session.execute(select(_ROOM.c.room).where(_ROOM.c.room == room)).first() is None:
        raise UnknownRoom(room)


def rooms(session: Session) -> list[str]:
    """Every room, by name."""
    return list(session.scalars(select(_ROOM.c.room).order_by(_ROOM.c.room)))


def accept(session: Session, room: str, comments: Sequence[Incoming]) -> Accepted:
    """Write comments to the journal; of those with one (room, id) the first is kept."""
    known_room(session, room)
    now = datetime.now(UTC)
    rows: list[dict[str, Any]] = [
        {"room": room, "received_at": now, "id": storable(c.id), "viewer": storable(c.viewer),
         "name": storable(c.name), "text": storable(c.text), "ts": c.ts}
        for c in comments
    ]  # fmt: skip
    # What was just written need not be read back: at thousands a second that is a third of it.
    written = {row["id"]: row for row in reversed(rows)}
    new = insert_new(session, _COMMENT, rows, ["room", "id"], [_COMMENT.c.pk, _COMMENT.c.id])
    stored = [Comment(pk=pk, **_utc(written[id_])) for pk, id_ in new]
    stored.sort(key=lambda comment: comment.pk)
    return Accepted(stored, len(comments) - len(stored))


def _utc(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "ts": row["ts"].astimezone(UTC)}


def pending(
    session: Session,
    room: str,
    after: int = 0,
    *,
    up_to: int | None = None,
    limit: int | None = None,
) -> list[Comment]:
    """Accepted comments that have no outcome yet, oldest first: what a restart takes up again.

    Only those whose pk is beyond `after` and at most `up_to`, and no more than `limit`.
    """
    query = (
        select(*_COMMENT_COLUMNS)
        .outerjoin(_OUTCOME, _OUTCOME.c.comment_pk == _COMMENT.c.pk)
        .where(_COMMENT.c.room == room, _COMMENT.c.pk > after, _OUTCOME.c.comment_pk.is_(None))
        .order_by(_COMMENT.c.pk)
        .limit(limit)
    )
    if up_to is not None:
        query = query.where(_COMMENT.c.pk <= up_to)
    return [Comment(*row) for row in session.execute(query)]


def save_answer(session: Session, answer: Answer) -> int:
    """Store an answer; gives its primary key."""
    row = row_of(answer)
    row["blocks"] = list(row.pop("blocks_json"))
    return int(session.execute(insert(_ANSWER).values(**row).returning(_ANSWER.c.pk)).scalar_one())


def record(session: Session, outcomes: Sequence[Outcome]) -> set[int]:
    """Decide those comments that are undecided; gives their primary keys. The others keep their
    outcome.
    """
    rows = [row_of(outcome) for outcome in outcomes]
    try:
        with session.begin_nested():
            new = insert_new(session, _OUTCOME, rows, ["comment_pk"], [_OUTCOME.c.comment_pk])
    except IntegrityError as error:
        raise UnknownComment("an outcome names a comment or answer that is not there") from error
    return {row.comment_pk for row in new}


def outcomes(session: Session, room: str, limit: int = 100, after: int = 0) -> list[Decided]:
    """Decided comments whose pk is beyond `after`, in the order they came."""
    query = (
        select(*_COMMENT_COLUMNS, *_OUTCOME_COLUMNS, _ANSWER.c.text)
        .join(_OUTCOME, _OUTCOME.c.comment_pk == _COMMENT.c.pk)
        .outerjoin(_ANSWER, _ANSWER.c.pk == _OUTCOME.c.answer_pk)
        .where(_COMMENT.c.room == room, _COMMENT.c.pk > after)
        .order_by(_COMMENT.c.pk)
        .limit(limit)
    )
    cut = len(_COMMENT_COLUMNS)
    return [
        Decided(Comment(*row[:cut]), Outcome(*row[cut:-1]), row[-1])
        for row in session.execute(query)
    ]


def counts(session: Session, room: str) -> dict[str, int]:
    """Comments of the room: accepted, pending, and by outcome; every key is always there."""
    query = (
        select(_OUTCOME.c.kind, func.count())
        .select_from(_COMMENT)
        .outerjoin(_OUTCOME, _OUTCOME.c.comment_pk == _COMMENT.c.pk)
        .where(_COMMENT.c.room == room)
        .group_by(_OUTCOME.c.kind)
    )
    found = {kind or "pending": number for kind, number in session.execute(query)}
    result = {name: found.get(name, 0) for name in ("pending", *OUTCOMES)}
    return {"accepted": sum(result.values()), **result}


def questions_since(session: Session, moment: datetime, limit: int) -> list[str]:
    """Comments that were answered or handed to the host since then, newest first."""
    asked = _OUTCOME.c.kind.in_([kind for kind in OUTCOMES if kind != DROPPED])
    query = (
        select(_COMMENT.c.text)
        .join(_OUTCOME, _OUTCOME.c.comment_pk == _COMMENT.c.pk)
        .where(asked, _OUTCOME.c.at >= moment)
        .order_by(_COMMENT.c.pk.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def put_on_air(session: Session, room: str, sku: str | None, at: datetime) -> None:
    """From now on this product is being explained; None: none is."""
    known_room(session, room)
    session.execute(insert(_ON_AIR).values(room=room, sku=sku, at=at))


def on_air(session: Session, room: str) -> str | None:
    """The product now being explained, by sku."""
    query = select(_ON_AIR.c.sku).where(_ON_AIR.c.room == room)
    return session.scalars(query.order_by(_ON_AIR.c.pk.desc()).limit(1)).first()


def on_air_history(session: Session, room: str) -> list[tuple[datetime, str | None]]:
    """What was put on air and when, oldest first; None: nothing."""
    query = select(OnAirRow.at, OnAirRow.sku).where(OnAirRow.room == room).order_by(OnAirRow.at)
    return [(row.at, row.sku) for row in session.execute(query)]
