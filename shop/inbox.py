"""Questions that were not answered well, open until the owner taught or ignored them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from shop import confirmed
from shop.bulk import affected, chunks
from shop.faq import FaqEntry
from shop.models import QuestionRow, table_of

UNKNOWN, LOW_CONFIDENCE = "unknown", "low_confidence"
HANDED_OVER, THUMBS_DOWN = "handed_over", "thumbs_down"
REASONS = (UNKNOWN, LOW_CONFIDENCE, HANDED_OVER, THUMBS_DOWN)

NEW_FAQ, SIMILAR, EDITED = "new_faq", "similar", "edited"
IGNORED, OWN_INTENT = "ignored", "own_intent"
WAYS = (NEW_FAQ, SIMILAR, EDITED, IGNORED, OWN_INTENT)

MAX_TEXT = 500
# An owner who reads a hundred a day never sees this many.
KEPT_OPEN = 5_000

_QUESTION = table_of(QuestionRow)


@dataclass(frozen=True, slots=True)
class Question:
    """One question that waits for the owner; faq_id is the entry that answered it, if one did."""

    pk: int
    room: str | None
    viewer: str
    text: str
    intent: str
    confidence: float
    reason: str
    sku: str | None
    faq_id: str | None
    propensity: float
    asked_at: datetime
    rule: str | None = None  # of the advertising law, that held the reply


_COLUMNS = [_QUESTION.c[field.name] for field in fields(Question)]


def record(
    session: Session,
    text: str,
    reason: str,
    viewer: str,
    *,
    room: str | None = None,
    intent: str = "",
    confidence: float = 0.0,
    sku: str | None = None,
    faq_id: str | None = None,
    propensity: float = 0.0,
    asked_at: datetime | None = None,
    rule: str | None = None,
) -> int:
    """Note a question for one of REASONS, asked now unless said; gives its number.

    Past KEPT_OPEN, old ones are closed as ignored, those nobody complained of first.
    """
    _one_of("reason", reason, REASONS)
    row = {
        "text": text[:MAX_TEXT],
        "reason": reason,
        "viewer": viewer,
        "room": room,
        "intent": intent,
        "confidence": confidence,
        "sku": sku,
        "faq_id": faq_id,
        "propensity": propensity,
        "asked_at": asked_at or datetime.now(UTC),
        "rule": rule,
    }
    pk = int(
        session.execute(insert(_QUESTION).values(**row).returning(_QUESTION.c.pk)).scalar_one()
    )
    _make_room(session, pk)
    return pk


def open_questions(session: Session, limit: int = 2_000) -> list[Question]:
    """What waits for the owner, newest first."""
    query = (
        select(*_COLUMNS)
        .where(_QUESTION.c.closed_at.is_(None))
        .order_by(_QUESTION.c.asked_at.desc(), _QUESTION.c.pk.desc())
        .limit(limit)
    )
    return [Question(*row) for row in session.execute(query)]


def is_open(session: Session, text: str, room: str | None) -> bool:
    """Whether a question in these very words, from this room, waits for the owner."""
    query = select(_QUESTION.c.pk).where(
        _QUESTION.c.closed_at.is_(None),
        _QUESTION.c.room == room,
        _QUESTION.c.text == text[:MAX_TEXT],
    )
    return session.execute(query.limit(1)).first() is not None


def texts_since(session: Session, moment: datetime, limit: int) -> list[str]:
    """What was asked since then, open or not, newest first."""
    query = select(_QUESTION.c.text).where(_QUESTION.c.asked_at >= moment)
    return list(session.scalars(query.order_by(_QUESTION.c.pk.desc()).limit(limit)))


def texts(session: Session, pks: Iterable[int]) -> set[str]:
    """What these questions say, stripped of blanks."""
    found: set[str] = set()
    for part in chunks(pks):
        rows = session.scalars(select(_QUESTION.c.text).where(_QUESTION.c.pk.in_(part)))
        found |= {text.strip() for text in rows}
    return found


def close(session: Session, pks: Iterable[int], how: str, faq_id: str | None = None) -> int:
    """Close in one of WAYS, with the entry that answers them now; gives how many were open."""
    _one_of("how", how, WAYS)
    closing = (
        update(_QUESTION)
        .where(_QUESTION.c.closed_at.is_(None))
        .values(closed_at=datetime.now(UTC), how=how, closed_faq_id=faq_id)
    )
    return sum(affected(session, closing.where(_QUESTION.c.pk.in_(part))) for part in chunks(pks))


def learn(
    session: Session, pks: Sequence[int], how: str, entry: FaqEntry, phrases: Iterable[str]
) -> None:
    """Close the questions; each that the owner took as a phrasing is confirmed to be this entry's.

    Phrasings that nobody asked are not: they would stand in the way of a model for nothing.
    """
    held = {entry.question, *entry.similar} & texts(session, pks)
    close(session, pks, how, entry.faq_id)
    for phrase in phrases:
        if phrase.strip() in held:
            confirmed.confirm(session, phrase.strip(), confirmed.FAQ, entry.faq_id, entry.sku or "")


def count_open(session: Session) -> int:
    """How many wait for the owner."""
    query = select(func.count()).where(_QUESTION.c.closed_at.is_(None))
    return int(session.execute(query).scalar_one())


def forget_before(session: Session, moment: datetime) -> int:
    """Delete what was asked before this moment, open or closed; gives how many."""
    return affected(session, delete(_QUESTION).where(_QUESTION.c.asked_at < moment))


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}")


def _make_room(session: Session, pk: int) -> None:
    """Hold the open ones to KEPT_OPEN, looking only once in every hundred records.

    A counter kept up to date would make every writer on PostgreSQL wait for the one before it.
    What may come before the next look is left free, so the bound holds in between as well.
    """
    step = max(1, KEPT_OPEN // 50)
    if pk % step:
        return
    excess = count_open(session) - (KEPT_OPEN - step + 1)
    if excess <= 0:
        return
    important = case((_QUESTION.c.reason.in_((HANDED_OVER, THUMBS_DOWN)), 1), else_=0)
    oldest = (
        select(_QUESTION.c.pk)
        .where(_QUESTION.c.closed_at.is_(None))
        .order_by(important, _QUESTION.c.asked_at, _QUESTION.c.pk)
        .limit(excess)
    )
    close(session, session.scalars(oldest).all(), IGNORED)
