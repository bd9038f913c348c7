"""Changes of one FAQ entry by hand: whoever edits names the version that was on the screen."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from shop import faq
from shop.bulk import affected, bump
from shop.catalogue import UnknownProduct
from shop.errors import ChangedMeanwhile
from shop.faq import FaqEntry
from shop.faq_draft import FaqDraft, at_most, checked_phrases
from shop.models import FaqRow, ProductRow, table_of

_FAQ, _PRODUCT = table_of(FaqRow), table_of(ProductRow)


class FaqChanged(ChangedMeanwhile):
    """Somebody changed the entry meanwhile; `current` is what it says now."""

    current: FaqEntry


def create(session: Session, draft: FaqDraft) -> FaqEntry:
    """Store a new entry under an id of its own; raises FaqInvalid, UnknownProduct."""
    draft = _checked(session, draft)
    entry = draft.entry(f"q-{base64.b32encode(secrets.token_bytes(5)).decode().lower()}")
    session.execute(insert(_FAQ).values(faq_id=entry.faq_id, version=1, **_values(draft)))
    return _stored(session, entry)


def edit(session: Session, faq_id: str, draft: FaqDraft, version: int) -> FaqEntry:
    """Put the draft in place of this version; raises FaqChanged, UnknownFaq and as create()."""
    draft = _checked(session, draft)
    # This one UPDATE decides; what follows it is under the row's lock.
    statement = update(_FAQ).where(*_at(faq_id, version))
    if not affected(session, statement.values(version=version + 1, **_values(draft))):
        raise FaqChanged(faq.get(session, faq_id))
    return _stored(session, draft.entry(faq_id))


def add_phrases(session: Session, faq_id: str, phrases: Iterable[str], version: int) -> FaqEntry:
    """Add wordings to this version, leaving out those it has; raises as edit().

    With nothing new to add the entry and its version stay as they are.
    """
    # Read before the UPDATE: every change of a wording changes the version as well, so if the
    # UPDATE still meets `version`, these wordings are those of that version.
    before = faq.get(session, faq_id)
    if before.version != version:
        raise FaqChanged(before)
    known = {before.question, *before.similar}
    new = tuple(phrase for phrase in checked_phrases(phrases) if phrase not in known)
    if not new:
        return before
    entry = replace(before, similar=at_most((*before.similar, *new)))
    statement = update(_FAQ).where(*_at(faq_id, version))
    stamped = statement.values(version=version + 1, updated_at=datetime.now(UTC))
    if not affected(session, stamped):
        raise FaqChanged(faq.get(session, faq_id))
    return _stored(session, entry)


def remove(session: Session, faq_id: str, version: int) -> None:
    """Forget this version of an entry; raises FaqChanged, UnknownFaq."""
    if not affected(session, delete(_FAQ).where(*_at(faq_id, version))):
        raise FaqChanged(faq.get(session, faq_id))
    bump(session, "faq")


def _at(faq_id: str, version: int) -> tuple[ColumnElement[bool], ...]:
    return _FAQ.c.faq_id == faq_id, _FAQ.c.version == version


def _checked(session: Session, draft: FaqDraft) -> FaqDraft:
    draft = draft.checked()
    there = select(_PRODUCT.c.sku).where(_PRODUCT.c.sku == draft.sku)
    if draft.sku is not None and session.execute(there).first() is None:
        raise UnknownProduct(draft.sku)
    return draft


def _values(draft: FaqDraft) -> dict[str, object]:
    """The columns of `faq` that a draft sets."""
    return {
        "answer": draft.answer,
        "sku": draft.sku,
        "category": draft.category,
        "valid_from": draft.valid_from,
        "valid_to": draft.valid_to,
        "updated_at": datetime.now(UTC),
    }


def _stored(session: Session, entry: FaqEntry) -> FaqEntry:
    """The entry as the database has it, after its wordings and the change are stored too."""
    faq.store_wordings(session, [entry])
    bump(session, "faq")
    return faq.get(session, entry.faq_id)
