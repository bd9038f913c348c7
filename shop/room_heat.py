"""What a room is about right now: who clicked on, and who asked about, which product."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.models import AnswerRow, CommentRow, EventRow, OutcomeRow, table_of

_ANSWER, _OUTCOME = table_of(AnswerRow), table_of(OutcomeRow)
_COMMENT, _EVENT = table_of(CommentRow), table_of(EventRow)
_INTEREST = ("click", "dwell", "like", "share", "cart", "order", "pay")
# Of the answers only the newest are looked at, by their number: a room's journal has no index by
# time, and in the last minutes no room answers more.
_NEWEST = 3_000


def clicks(session: Session, room: str, since: datetime) -> dict[str, int]:
    """Distinct viewers who did more than pass by a product in this room since then, by SKU."""
    query = (
        select(_EVENT.c.sku, func.count(_EVENT.c.viewer.distinct()))
        .where(
            _EVENT.c.ts >= since,
            _EVENT.c.room == room,
            _EVENT.c.event.in_(_INTEREST),
            _EVENT.c.sku.is_not(None),
        )
        .group_by(_EVENT.c.sku)
    )
    return {sku: int(count) for sku, count in session.execute(query)}


def questions(session: Session, room: str, since: datetime) -> dict[str, int]:
    """Distinct viewers whose question about a product was answered since then, by SKU."""
    newest = select(func.coalesce(func.max(_ANSWER.c.pk), 0)).scalar_subquery()
    query = (
        select(_ANSWER.c.sku, func.count(_COMMENT.c.viewer.distinct()))
        .join(_OUTCOME, _OUTCOME.c.answer_pk == _ANSWER.c.pk)
        .join(_COMMENT, _COMMENT.c.pk == _OUTCOME.c.comment_pk)
        .where(
            _ANSWER.c.pk > newest - _NEWEST,
            _ANSWER.c.room == room,
            _ANSWER.c.at >= since,
            _ANSWER.c.sku.is_not(None),
        )
        .group_by(_ANSWER.c.sku)
    )
    return {sku: int(count) for sku, count in session.execute(query)}
