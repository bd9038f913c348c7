"""Questions and answers that the owner taught, with every wording of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
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
    """One answer; sku None is general, valid_from and valid_to None are open ends."""

    faq_id: str
    question: str
    similar: tuple[str, ...] = ()
    answer: str = ""
    sku: str | None = None
    category: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None


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


def upsert(session: Session, entry: FaqEntry) -> None:
    """Store an entry in place of what was there."""
    upsert_many(session, [entry])


def upsert_many(session: Session, entries: Sequence[FaqEntry]) -> None:
    """Store entries as given, each with exactly its own wordings."""
    if not entries:
        return
    for part in chunks(entries):
        upsert_rows(session, _FAQ, [_faq_row(e) for e in part])
        ids = [e.faq_id for e in part]
        session.execute(delete_rows(_PHRASE).where(_PHRASE.c.faq_id.in_(ids)))
        wordings = [
            {"faq_id": e.faq_id, "position": n, "text": text}
            for e in part
            for n, text in enumerate((e.question, *e.similar))
        ]
        upsert_rows(session, _PHRASE, wordings)
    bump(session, "faq")


def delete(session: Session, faq_id: str) -> None:
    """Forget an entry; raises UnknownFaq."""
    if not affected(session, delete_rows(_FAQ).where(_FAQ.c.faq_id == faq_id)):
        raise UnknownFaq(faq_id)
    bump(session, "faq")


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _faq_row(entry: FaqEntry) -> dict[str, Any]:
    return {column.name: getattr(entry, column.name) for column in _FAQ.columns}


def _load(session: Session, *where: ColumnElement[bool]) -> list[FaqEntry]:
    texts: dict[str, list[str]] = defaultdict(list)
    query = select(_PHRASE).join(_FAQ).where(*where).order_by(_PHRASE.c.faq_id, _PHRASE.c.position)
    for row in session.execute(query):
        texts[row.faq_id].append(row.text)
    return [
        FaqEntry(
            row.faq_id,
            texts[row.faq_id][0],
            tuple(texts[row.faq_id][1:]),
            row.answer,
            row.sku,
            row.category,
            row.valid_from,
            row.valid_to,
        )
        for row in session.execute(select(_FAQ).where(*where).order_by(_FAQ.c.faq_id))
    ]
