"""One normal form of a comment, for everyone who compares texts."""

from __future__ import annotations

import unicodedata

# Marks that change how an emoji is drawn, not what it says: joiners, variation
# selectors, keycap, skin tones.
_EMOJI_MARKS = frozenset(
    {0x200D, 0x20E3, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400), *range(0xE0020, 0xE0080)}
)
# "50%", "#3" and "@小二" mean something else without their sign.
_MEANINGFUL = frozenset("%#@&")
_EXTRA_TRIMMED = frozenset("~`^|")
# Cc controls, Cf zero-width and bidirectional marks, Cs halves of broken pairs,
# Co private use (icons of one platform's font).
_JUNK_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})


def _is_junk(character: str) -> bool:
    return ord(character) in _EMOJI_MARKS or unicodedata.category(character) in _JUNK_CATEGORIES


def _is_trimmed(character: str) -> bool:
    if character in _MEANINGFUL:
        return False
    return character in _EXTRA_TRIMMED or unicodedata.category(character)[0] in "PZ"


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower())


def normalise(text: str) -> str:
    """Comparable form: NFKC, lower case, single blanks, no control or emoji marks,
    no punctuation at either end. Nothing but punctuation gives the empty text.
    """
    # Blanks first: a tab or a line break is a control character and yet parts words.
    spaced = " ".join(_fold(text).split())
    clean = "".join(character for character in spaced if not _is_junk(character))
    start, end = 0, len(clean)
    while start < end and _is_trimmed(clean[start]):
        start += 1
    while end > start and _is_trimmed(clean[end - 1]):
        end -= 1
    return " ".join(_fold(clean[start:end]).split())
