"""Questions and answers that the owner taught, with every wording of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy import delete as delete_rows
from sqlalchemy.orm import Session

from shop.bulk import affected, bump, chunks
from shop.bulk import revision as revision_of
from shop.bulk import upsert as upsert_rows
from shop.errors import ShopError
from shop.models import FaqPhraseRow, FaqRow, table_of

_FAQ, _PHRASE = table_of(FaqRow), table_of(FaqPhraseRow)


class UnknownFaq(ShopError):
    """No FAQ has this id."""


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One answer; sku None is general, valid_from and valid_to None are open ends.

    Two entries are equal when they say the same: version and updated_at (None: never since the
    shop counts) are kept by the shop, and only tell when an entry came to say it.
    """

    faq_id: str
    question: str
    similar: tuple[str, ...] = ()
    answer: str = ""
    sku: str | None = None
    category: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    version: int = field(default=1, compare=False)
    updated_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class FaqPage:
    """Some of the entries that were found, and how many there are in all."""

    entries: tuple[FaqEntry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PhraseRow:
    """One wording, as the phrase index takes it: "" for general and for open ends, ISO UTC."""

    text: str
    faq_id: str
    sku: str
    valid_from: str
    valid_to: str


def get(session: Session, faq_id: str) -> FaqEntry:
    """The entry; raises UnknownFaq."""
    found = _load(session, _FAQ.c.faq_id == faq_id)
    if not found:
        raise UnknownFaq(faq_id)
    return found[0]


def all_entries(session: Session) -> list[FaqEntry]:
    """Every entry, by id."""
    return _load(session)


def many(session: Session, faq_ids: Iterable[str]) -> dict[str, FaqEntry]:
    """The entries among these ids that exist."""
    found: dict[str, FaqEntry] = {}
    for part in chunks(faq_ids):
        found.update((e.faq_id, e) for e in _load(session, _FAQ.c.faq_id.in_(part)))
    return found


def phrases(session: Session) -> list[PhraseRow]:
    """Every wording of every entry, the standard question first."""
    return [
        PhraseRow(text, e.faq_id, e.sku or "", _iso(e.valid_from), _iso(e.valid_to))
        for e in all_entries(session)
        for text in (e.question, *e.similar)
    ]


def revision(session: Session) -> int:
    """Grows at every change of an entry: who holds a snapshot knows when it is old."""
    return revision_of(session, "faq")


def search(session: Session, words: str, limit: int, offset: int = 0) -> FaqPage:
    """Entries with `words` somewhere in a wording or the answer, newest edited first.

    Latin letters match in either case; blank words find every entry.
    """
    query = select(_FAQ.c.faq_id)
    if words := words.strip():
        said = select(_PHRASE.c.faq_id).where(_PHRASE.c.text.icontains(words, autoescape=True))
        answered = _FAQ.c.answer.icontains(words, autoescape=True)
        query = query.where(or_(_FAQ.c.faq_id.in_(said), answered))
    total = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    newest = query.order_by(_FAQ.c.updated_at.desc().nulls_last(), _FAQ.c.faq_id)
    ids = session.scalars(newest.limit(max(limit, 0)).offset(max(offset, 0))).all()
    found = many(session, ids)
    return FaqPage(tuple(found[one] for one in ids if one in found), total)


def upsert(session: Session, entry: FaqEntry) -> None:
    """Store an entry in place of what was there."""
    upsert_many(session, [entry])


def upsert_many(session: Session, entries: Sequence[FaqEntry]) -> None:
    """Store entries as given, each with exactly its own wordings.

    Version and time are the shop's own: a changed entry gets the next, an unchanged one keeps its.
    """
    last = {entry.faq_id: entry for entry in entries}
    changed = False
    for part in chunks(last.values()):
        before = many(session, (entry.faq_id for entry in part))
        new = [entry for entry in part if before.get(entry.faq_id) != entry]
        if new:
            changed = True
            upsert_rows(session, _FAQ, [_faq_row(entry) for entry in new], grows=["version"])
            store_wordings(session, new)
    if changed:
        bump(session, "faq")


def store_wordings(session: Session, entries: Sequence[FaqEntry]) -> None:
    """Replace the wordings of entries that are there; part of a change that counts it itself."""
    ids = [entry.faq_id for entry in entries]
    session.execute(delete_rows(_PHRASE).where(_PHRASE.c.faq_id.in_(ids)))
    wordings = [
        {"faq_id": entry.faq_id, "position": number, "text": text}
        for entry in entries
        for number, text in enumerate((entry.question, *entry.similar))
    ]
    upsert_rows(session, _PHRASE, wordings)


def delete(session: Session, faq_id: str) -> None:
    """Forget an entry; raises UnknownFaq."""
    if not affected(session, delete_rows(_FAQ).where(_FAQ.c.faq_id == faq_id)):
        raise UnknownFaq(faq_id)
    bump(session, "faq")


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _faq_row(entry: FaqEntry) -> dict[str, Any]:
    row = {column.name: getattr(entry, column.name) for column in _FAQ.columns}
    return row | {"version": 1, "updated_at": datetime.now(UTC)}


def _load(session: Session, *where: ColumnElement[bool]) -> list[FaqEntry]:
    # One statement: of two, the second may see an edit that the first did not (PostgreSQL).
    query = select(_PHRASE.c.text, _FAQ).join_from(_FAQ, _PHRASE).where(*where)
    rows = session.execute(query.order_by(_FAQ.c.faq_id, _PHRASE.c.position))
    return [_entry(list(group)) for _, group in groupby(rows, key=lambda row: row.faq_id)]


def _entry(rows: list[Row[Any]]) -> FaqEntry:
    row, texts = rows[0], [row.text for row in rows]
    return FaqEntry(
        row.faq_id,
        texts[0],
        tuple(texts[1:]),
        row.answer,
        row.sku,
        row.category,
        row.valid_from,
        row.valid_to,
        row.version,
        row.updated_at,
    )
