"""The owner's words: what drops a comment, what the shop may not say, and the exceptions.

The shipped lists stay in code. An `allowed` word takes a shipped one out, or excuses a longer
phrase that contains it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from shop.bulk import affected, bump
from shop.bulk import revision as revision_of
from shop.errors import ChangedMeanwhile, ShopError
from shop.models import WordRow, table_of
from shop.word_draft import WordDraft, WordInvalid

# Far above what one person keeps by hand; every reply is compared with the forbidden ones.
MAX_WORDS = 2_000
_WORD = table_of(WordRow)


class UnknownWord(ShopError):
    """No word of the owner's has this number."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the owner's; see WordDraft for what its fields mean."""

    pk: int
    kind: str
    word: str
    replacement: str
    sounds: bool
    enabled: bool
    note: str
    version: int
    updated_at: datetime


class WordChanged(ChangedMeanwhile):
    """Somebody changed the word meanwhile; `current` is what it is now."""

    current: Word


class WordThere(ChangedMeanwhile):
    """The list has this word already; `current` is that one."""

    current: Word


_COLUMNS = [_WORD.c[field.name] for field in fields(Word)]


def all_words(session: Session) -> list[Word]:
    """Every word of the owner's, newest changed first."""
    return _load(session)


def get(session: Session, pk: int) -> Word:
    """One word; raises UnknownWord."""
    found = _load(session, _WORD.c.pk == pk)
    if not found:
        raise UnknownWord(str(pk))
    return found[0]


def revision(session: Session) -> int:
    """Grows at every change: whoever holds the words of another revision reads them anew."""
    return revision_of(session, "words")


def create(session: Session, draft: WordDraft) -> Word:
    """Store a new word; raises WordInvalid, WordThere."""
    draft = draft.checked()
    # Before the count: it also makes two writers on PostgreSQL come one after the other.
    bump(session, "words")
    count = session.execute(select(func.count()).select_from(_WORD)).scalar_one()
    if count >= MAX_WORDS:
        raise WordInvalid("word", f"最多 {MAX_WORDS} 个词，请先删掉用不着的")
    _refuse_twin(session, draft)
    values = {**_values(draft), "version": 1}
    pk = session.execute(insert(_WORD).values(values).returning(_WORD.c.pk)).scalar_one()
    return get(session, int(pk))


def edit(session: Session, pk: int, draft: WordDraft, version: int) -> Word:
    """Put the draft in place of this version.

    Raises WordChanged, UnknownWord, WordInvalid, WordThere.
    """
    draft = draft.checked()
    bump(session, "words")
    _refuse_twin(session, draft, pk)
    statement = update(_WORD).where(_WORD.c.pk == pk, _WORD.c.version == version)
    if not affected(session, statement.values(version=version + 1, **_values(draft))):
        raise WordChanged(get(session, pk))
    return get(session, pk)


def remove(session: Session, pk: int, version: int) -> None:
    """Forget this version of a word; raises WordChanged, UnknownWord."""
    if not affected(session, delete(_WORD).where(_WORD.c.pk == pk, _WORD.c.version == version)):
        raise WordChanged(get(session, pk))
    bump(session, "words")


def _refuse_twin(session: Session, draft: WordDraft, pk: int | None = None) -> None:
    same = _load(session, _WORD.c.kind == draft.kind, _WORD.c.word == draft.word)
    if same and same[0].pk != pk:
        raise WordThere(same[0])


def _values(draft: WordDraft) -> dict[str, object]:
    """The columns of `word` that a draft sets."""
    return {
        "kind": draft.kind,
        "word": draft.word,
        "replacement": draft.replacement,
        "sounds": draft.sounds,
        "enabled": draft.enabled,
        "note": draft.note,
        "updated_at": datetime.now(UTC),
    }


def _load(session: Session, *where: ColumnElement[bool]) -> list[Word]:
    newest = (_WORD.c.updated_at.desc(), _WORD.c.pk.desc())
    rows = session.execute(select(*_COLUMNS).where(*where).order_by(*newest))
    return [Word(*row) for row in rows]
