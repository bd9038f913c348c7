"""What a room has asked lately and was told in public, the most asked first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.models import AnswerRow, CommentRow, OutcomeRow, table_of
from shop.names import ANSWERED, DROPPED, MERGED

_SAMPLES = 40

_ANSWER, _OUTCOME, _COMMENT = table_of(AnswerRow), table_of(OutcomeRow), table_of(CommentRow)


@dataclass(frozen=True, slots=True)
class MuchAsked:
    """One answer that was given in public, how many asked for it, and some of their wordings."""

    intent: str
    sku: str | None
    text: str
    count: int
    wordings: tuple[str, ...]


def most_asked(session: Session, room: str, since: datetime, limit: int) -> list[MuchAsked]:
    """Public answers since then by the viewers who asked; private ones are never among them."""
    asked = func.count(func.distinct(_COMMENT.c.viewer))
    given = (
        _ANSWER.c.room == room,
        _ANSWER.c.public,
        _ANSWER.c.at >= since,
        _OUTCOME.c.kind.in_((ANSWERED, MERGED)),
    )
    kind = (_ANSWER.c.intent, _ANSWER.c.sku, _ANSWER.c.text)
    query = (
        select(*kind, asked)
        .join(_OUTCOME, _OUTCOME.c.answer_pk == _ANSWER.c.pk)
        .join(_COMMENT, _COMMENT.c.pk == _OUTCOME.c.comment_pk)
        .where(*given)
        .group_by(*kind)
        .order_by(asked.desc(), func.min(_ANSWER.c.pk))
        .limit(limit)
    )
    found = []
    for intent, sku, text, count in session.execute(query).all():
        wordings = (
            select(_COMMENT.c.text)
            .join(_OUTCOME, _OUTCOME.c.comment_pk == _COMMENT.c.pk)
            .join(_ANSWER, _ANSWER.c.pk == _OUTCOME.c.answer_pk)
            .where(*given, _ANSWER.c.intent == intent, _ANSWER.c.text == text)
            .where(_ANSWER.c.sku.is_(None) if sku is None else _ANSWER.c.sku == sku)
            .order_by(_COMMENT.c.pk.desc())
            .limit(_SAMPLES)
        )
        found.append(MuchAsked(intent, sku, text, count, tuple(session.scalars(wordings))))
    return found


def askers(session: Session, room: str, since: datetime) -> int:
    """How many viewers' questions were decided since then."""
    query = (
        select(func.count(func.distinct(_COMMENT.c.viewer)))
        .join(_OUTCOME, _OUTCOME.c.comment_pk == _COMMENT.c.pk)
        .where(_COMMENT.c.room == room, _OUTCOME.c.kind != DROPPED, _COMMENT.c.received_at >= since)
    )
    return session.execute(query).scalar_one()
