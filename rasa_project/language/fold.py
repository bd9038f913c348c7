"""A comment as the entity rules read it, with the way back to the original offsets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from rasa_project.language.script import simplified_character


@dataclass(frozen=True)
class Folded:
    """Text in NFKC, lower case and simplified script.

    `origin[i]` is the index in the original text of the character that gave `text[i]`.
    """

    text: str
    origin: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of a non-empty span of the folded one."""
        return self.origin[start], self.origin[end - 1] + 1


def fold(original: str) -> Folded:
    """Fold character by character, so that every offset can be traced back."""
    characters: list[str] = []
    origin: list[int] = []
    for index, raw in enumerate(original):
        for character in unicodedata.normalize("NFKC", raw).lower():
            characters.append(simplified_character(character))
            origin.append(index)
    return Folded("".join(characters), tuple(origin), original)
