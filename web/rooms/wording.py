"""The words in force in this process: what drops a comment, and what the shop may not say.

One shop, one process, one wording: everything that is taken in or said asks `current()`, so that
no way out is forgotten. Until the owner's words are read, the shipped ones hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shop.compliance import SHIPPED, Rulebook, rulebook
from shop.word_draft import ALLOWED, DROPPING, FORBIDDEN
from shop.words import Word
from web.rooms.moderation import Moderator, Term


@dataclass(frozen=True, slots=True)
class Wording:
    """Both filters, made of the shipped lists and the owner's words; never changes."""

    moderator: Moderator = field(default_factory=Moderator)
    book: Rulebook = SHIPPED


def of(words: Iterable[Word]) -> Wording:
    """The wording with these words of the owner's; those switched off do not count."""
    on = [word for word in words if word.enabled]
    allowed = [word.word for word in on if word.kind == ALLOWED]
    terms = (Term(w.kind, w.word, w.sounds, own=True) for w in on if w.kind in DROPPING)
    forbidden = ((word.word, word.replacement) for word in on if word.kind == FORBIDDEN)
    return Wording(Moderator(terms, allowed), rulebook(forbidden, allowed))


_in_force: Wording | None = None


def current() -> Wording:
    """The wording in force."""
    return _in_force or use(Wording())


def use(wording: Wording) -> Wording:
    """Put this wording into force, from the next comment and the next answer on."""
    global _in_force
    _in_force = wording
    return wording
