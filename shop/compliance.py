"""The advertising-law filter: what a shop may not say, and what it says instead.

A rule either replaces what it finds (a superlative is toned down) or, where no rewording would
make the claim true (a cure, a promise), holds the whole text for the owner. The shipped rules are
in shop.advertising_law; a rulebook adds the owner's words to them and leaves out what the owner
allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from re import Pattern

from shop.advertising_law import RULES, Rule

OWN_ARTICLE = "店主自己的禁用词"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule applied; replacement None means that it holds the text."""

    name: str
    article: str
    found: str
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The text as it may be said, what was replaced, and whether the owner must see it first."""

    text: str
    replaced: tuple[Hit, ...]
    held: bool
    holds: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules that hold here; what lies within an allowed phrase breaks none."""

    rules: tuple[Rule, ...] = RULES
    allowed: Pattern[str] | None = None


SHIPPED = Rulebook()


def rulebook(forbidden: Iterable[tuple[str, str]], allowed: Iterable[str]) -> Rulebook:
    """The shipped rules with the owner's: words with their replacements ("" holds), exceptions."""
    pairs = sorted(forbidden, key=lambda pair: pair[1])
    own = [
        Rule("", OWN_ARTICLE, _any_of([word for word, _ in same]), _template(said))
        for said, same in groupby(pairs, key=lambda pair: pair[1])
    ]
    phrases = list(allowed)
    return Rulebook((*RULES, *own), _any_of(phrases) if phrases else None)


def check(text: str, book: Rulebook = SHIPPED) -> Verdict:
    """Apply every rule.

    Where two would replace the same characters, the one that begins first (then the longer) does;
    a claim that holds the text does so whatever else is said in its place.
    """
    replaced: list[Hit] = []
    holds: list[Hit] = []
    parts: list[str] = []
    end = 0
    for match, rule in _matches(text, book):
        name = rule.name or match[0]
        if rule.replacement is None:
            holds.append(Hit(name, rule.article, match[0], None))
            continue
        if match.start() < end:
            continue
        said = match.expand(rule.replacement)
        replaced.append(Hit(name, rule.article, match[0], said))
        parts += text[end : match.start()], said
        end = match.end()
    return Verdict("".join(parts) + text[end:], tuple(replaced), bool(holds), tuple(holds))


def _matches(text: str, book: Rulebook) -> list[tuple[re.Match[str], Rule]]:
    allowed = _spans(book.allowed, text)
    found = [
        (match, rule)
        for rule in book.rules
        for match in _claims(rule, text)
        if not any(start <= match.start() and match.end() <= end for start, end in allowed)
    ]
    return sorted(found, key=lambda pair: (pair[0].start(), -pair[0].end()))


def _claims(rule: Rule, text: str) -> Iterator[re.Match[str]]:
    # Most rules find nothing in most texts: only then are the harmless phrases looked for.
    found = list(rule.pattern.finditer(text))
    harmless = _spans(rule.harmless, text) if found else []
    for match in found:
        if not any(start < match.end() and match.start() < end for start, end in harmless):
            yield match


def _spans(pattern: Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)] if pattern else []


def _any_of(words: Sequence[str]) -> Pattern[str]:
    # The longest first: of two words that begin alike, the longer one is meant.
    longest = sorted(words, key=len, reverse=True)
    # A blank put between two characters does not make another word.
    spaced = (r"\s*".join(map(re.escape, "".join(word.split()))) for word in longest)
    return re.compile("|".join(spaced), re.IGNORECASE)


def _template(said: str) -> str | None:
    """What re's expand takes for these very characters."""
    return said.replace("\\", "\\\\") if said else None
