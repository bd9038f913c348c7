"""Traditional to simplified Chinese."""

from __future__ import annotations

from functools import lru_cache

from opencc import OpenCC


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=65_536)
def simplified_character(character: str) -> str:
    """The simplified form of one character; itself where it has none."""
    if character < "\u3400":
        return character
    converted: str = _converter().convert(character)
    # A few entries of the table give several characters: offsets need exactly one.
    return converted if len(converted) == 1 else character


def simplified(text: str) -> str:
    """The simplified form of a text; whole words decide where a character alone is unclear."""
    if all(simplified_character(character) == character for character in text):
        return text  # by far the most comments; OpenCC itself costs ten times as much
    converted: str = _converter().convert(text)
    return converted
