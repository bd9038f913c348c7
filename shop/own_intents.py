"""Intents that the owner taught, each with its examples and one way to answer."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from shop.bulk import affected, bump
from shop.bulk import revision as revision_of
from shop.errors import ChangedMeanwhile, ShopError
from shop.models import OwnIntentExampleRow, OwnIntentRow, table_of
from shop.own_intent_draft import OwnIntentDraft

_INTENT, _EXAMPLE = table_of(OwnIntentRow), table_of(OwnIntentExampleRow)


class UnknownOwnIntent(ShopError):
    """No intent of the owner's has this name."""


@dataclass(frozen=True, slots=True)
class OwnIntent:
    """One intent; exactly one of reply and action is not ""."""

    name: str
    title: str
    examples: tuple[str, ...]
    reply: str
    action: str
    version: int


class OwnIntentChanged(ChangedMeanwhile):
    """Somebody changed the intent meanwhile; `current` is what it is now."""

    current: OwnIntent


def get(session: Session, name: str) -> OwnIntent:
    """The intent; raises UnknownOwnIntent."""
    found = _load(session, _INTENT.c.name == name)
    if not found:
        raise UnknownOwnIntent(name)
    return found[0]


def all_own(session: Session) -> list[OwnIntent]:
    """Every intent of the owner's, by name."""
    return _load(session)


def revision(session: Session) -> int:
    """Grows at every change: a model trained at another revision does not know it."""
    return revision_of(session, "own_intents")


def create(session: Session, draft: OwnIntentDraft) -> OwnIntent:
    """Store a new intent under a name of its own; raises OwnIntentInvalid."""
    draft = draft.checked()
    name = f"own_{base64.b32encode(secrets.token_bytes(5)).decode().lower()}"
    session.execute(insert(_INTENT).values(name=name, version=1, **_values(draft)))
    return _stored(session, name, draft)


def edit(session: Session, name: str, draft: OwnIntentDraft, version: int) -> OwnIntent:
    """Put the draft in place of this version.

    Raises OwnIntentChanged, UnknownOwnIntent, OwnIntentInvalid.
    """
    draft = draft.checked()
    # This one UPDATE decides; what follows it is under the row's lock.
    statement = update(_INTENT).where(*_at(name, version))
    if not affected(session, statement.values(version=version + 1, **_values(draft))):
        raise OwnIntentChanged(get(session, name))
    return _stored(session, name, draft)


def remove(session: Session, name: str, version: int) -> None:
    """Forget this version of an intent; raises OwnIntentChanged, UnknownOwnIntent."""
    if not affected(session, delete(_INTENT).where(*_at(name, version))):
        raise OwnIntentChanged(get(session, name))
    bump(session, "own_intents")


def _at(name: str, version: int) -> tuple[ColumnElement[bool], ...]:
    return _INTENT.c.name == name, _INTENT.c.version == version


def _values(draft: OwnIntentDraft) -> dict[str, object]:
    """The columns of `own_intent` that a draft sets."""
    return {
        "title": draft.title,
        "reply": draft.reply,
        "action": draft.action,
        "updated_at": datetime.now(UTC),
    }


def _stored(session: Session, name: str, draft: OwnIntentDraft) -> OwnIntent:
    """The intent as the database has it, after its examples and the change are stored too."""
    session.execute(delete(_EXAMPLE).where(_EXAMPLE.c.name == name))
    rows: Sequence[dict[str, object]] = [
        {"name": name, "position": number, "text": text}
        for number, text in enumerate(draft.examples)
    ]
    session.execute(insert(_EXAMPLE), rows)
    bump(session, "own_intents")
    return get(session, name)


def _load(session: Session, *where: ColumnElement[bool]) -> list[OwnIntent]:
    # One statement: of two, the second may see an edit that the first did not (PostgreSQL).
    query = select(_EXAMPLE.c.text, _INTENT).join_from(_INTENT, _EXAMPLE).where(*where)
    found = session.execute(query.order_by(_INTENT.c.name, _EXAMPLE.c.position))
    intents = []
    for _, group in groupby(found, key=lambda row: row.name):
        rows = list(group)
        row, texts = rows[0], tuple(row.text for row in rows)
        intents.append(OwnIntent(row.name, row.title, texts, row.reply, row.action, row.version))
    return intents
