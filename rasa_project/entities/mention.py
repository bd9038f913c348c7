"""What a rule finds: a value at a place in the folded text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = int | float | str


@dataclass(frozen=True)
class Mention:
    """An entity found at text[start:end] of the folded comment."""

    entity: str
    value: Value
    start: int
    end: int
    role: str | None = None
    candidates: tuple[str, ...] = ()

    def overlaps(self, other: Mention) -> bool:
        """Whether two mentions share a character."""
        return self.start < other.end and other.start < self.end


Finder = Callable[[str], Iterable[Mention]]


def without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Keep each mention that no earlier one of the list overlaps; in order of position.

    The order of `mentions` is their precedence. A range says two things at one place (its
    lower and its upper bound), so mentions of one entity that differ in role may overlap.
    """
    kept: list[Mention] = []
    for mention in mentions:
        rivals = (other for other in kept if mention.overlaps(other))
        if all(_share_a_place(mention, other) for other in rivals):
            kept.append(mention)
    return sorted(kept, key=lambda mention: (mention.start, mention.end))


def _share_a_place(mention: Mention, other: Mention) -> bool:
    return mention.entity == other.entity and mention.role != other.role
