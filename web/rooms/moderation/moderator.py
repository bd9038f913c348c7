"""Whether a comment or a name may pass: one search through all words, whatever their number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final, NamedTuple

import ahocorasick

from web.rooms.moderation import contact
from web.rooms.moderation.folding import Views, views
from web.rooms.moderation.words import ABUSE, ADVERT, CONTACT, INNOCENT, SOUNDING

# The reason codes of what is dropped, worst first.
KINDS: Final = ("abuse", "contact", "advert")
WORD, SOUND, DETAIL = "word", "sound", "detail"
# A shop is asked for its own account and its own wechat, and may be told not to; only an offer
# of one is an advert.
_ASKED: Final = re.compile(
    r"[?？吗呢么嘛]|怎么|咋|哪|多少|几|啥|什么|能不能|可不可|[不没]\s*$|还是|^\s*(?:别|不|没)|就别|别让|"
    r"客服|售后|店主|店长|老板|导购|顾问|助理|方便聊|推我|发我|给我(?:个|一个|留)"
)
_SHIPPED: Final = (("abuse", ABUSE), ("advert", ADVERT), ("contact", CONTACT))
# No platform takes a comment half as long; what is longer is an attack on the processor.
_READ = 300


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a list; `sounds` finds its homophones too, `own` is the owner's."""

    kind: str
    word: str
    sounds: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a text may not pass: the list, the entry, what it was found as, and how."""

    kind: str
    word: str
    found: str
    by: str
    own: bool = False


class _Place(NamedTuple):
    """Where in the letters a term, or an exception (None), was found."""

    start: int
    end: int
    term: Term | None
    by: str


def shipped() -> Iterator[Term]:
    """The terms of the shipped lists."""
    for kind, words in _SHIPPED:
        for word in words:
            yield Term(kind, word, word in SOUNDING)
    # These are on no list: as far as letters go, a shorter word covers them.
    yield from (Term("abuse", word, sounds=True) for word in ("操你妈", "日你妈"))


class Moderator:
    """The shipped lists with the owner's terms and exceptions; never changes, so any thread may
    ask it.
    """

    def __init__(self, own: Iterable[Term] = (), allowed: Iterable[str] = ()) -> None:
        terms = [*shipped(), *own]
        self._words = ahocorasick.Automaton()
        self._sounds = ahocorasick.Automaton()
        for term in terms:
            folded = views(term.word)
            _add(self._words, folded.letters, term)
            if term.sounds:
                _add(self._sounds, folded.sounds, term)
        for word in (*INNOCENT, *allowed):
            _add(self._words, views(word).letters, None)
        self._words.make_automaton()
        self._sounds.make_automaton()
        self._allowed = tuple(views(word).letters for word in allowed)

    def code(self, text: str) -> str | None:
        """The reason code of a comment that must not pass; else None."""
        finding = self.find(text)
        return finding.kind if finding else None

    def find(self, text: str) -> Finding | None:
        """Why a comment must not pass, for the worst reason there is; None lets it pass."""
        seen = views(text[:_READ])
        found = self._listed(seen)
        for detail in contact.found(seen):
            if not self._is_allowed(detail, seen):
                found.append(Finding("contact", detail, detail, DETAIL))
        if not found:
            return None
        if _ASKED.search(seen.text):
            found = [one for one in found if one.own or one.kind == "abuse" or _certain(one)]
        return min(found, key=lambda one: KINDS.index(one.kind), default=None)

    def fit_name(self, name: str) -> bool:
        """Whether a viewer's name may be shown in public; in a name nothing is a question."""
        seen = views(name[:_READ])
        details = (*contact.found(seen), contact.in_name(seen))
        if any(detail and not self._is_allowed(detail, seen) for detail in details):
            return False
        return not self._listed(seen)

    def _listed(self, seen: Views) -> list[Finding]:
        hits = [(WORD, hit) for hit in self._words.iter(seen.letters)]
        hits += [(SOUND, hit) for hit in self._sounds.iter(seen.sounds)]
        if not hits:
            return []
        places = [place for by, hit in hits for place in _places(hit, by)]
        reach = _reach(places, len(seen.letters))
        return [
            Finding(term.kind, term.word, seen.letters[start:end], by, term.own)
            for start, end, term, by in places
            if term is not None and reach[start] < end
        ]

    def _is_allowed(self, detail: str, seen: Views) -> bool:
        packed = views(detail).letters
        said = (word for word in self._allowed if word in seen.letters)
        return any(word in packed or packed in word for word in said)


def _certain(finding: Finding) -> bool:
    """Whether this is a contact by itself: digits or a domain, not merely the word for one."""
    return finding.by == DETAIL and (len(finding.found) > 4 or "." in finding.found)


def _add(automaton: Any, key: str, term: Term | None) -> None:
    # An exception counts beside a term that is spelled alike: both are kept under the key.
    if key:
        _, known = automaton.get(key, (0, ()))
        automaton.add_word(key, (len(key), (*known, term)))


def _places(hit: tuple[int, tuple[int, tuple[Term | None, ...]]], by: str) -> Iterator[_Place]:
    last, (length, terms) = hit
    for term in terms:
        yield _Place(last + 1 - length, last + 1, term, by)


def _reach(places: Iterable[_Place], length: int) -> list[int]:
    """For each place in the letters, how far the exceptions reach that begin there or before.

    One list, not a comparison of each with each: a hostile comment may hold hundreds of both.
    """
    reach = [0] * length
    for start, end, term, _ in places:
        if term is None:
            reach[start] = max(reach[start], end)
    return list(accumulate(reach, max))
