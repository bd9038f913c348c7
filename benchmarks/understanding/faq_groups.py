"""FAQ groups, `group,role,text`: a standard question each, other wordings, and other texts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.understanding.failure import BenchFailed
from benchmarks.understanding.records import read_records

COLUMNS = ("group", "role", "text")
STANDARD, PARAPHRASE, NONE = "standard", "paraphrase", "none"
ROLES = (STANDARD, PARAPHRASE, NONE)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text of a group."""

    group: str
    text: str


@dataclass(frozen=True, slots=True)
class FaqGroups:
    """What is taught, what should find it, what should find nothing; rows without a text."""

    standards: tuple[Phrase, ...]
    paraphrases: tuple[Phrase, ...]
    others: tuple[str, ...]
    skipped: int

    @property
    def asked(self) -> list[str]:
        """Every text to look up: the paraphrases, then the others."""
        return [*(phrase.text for phrase in self.paraphrases), *self.others]


def read_groups(path: Path) -> FaqGroups:
    """The groups of a file. Raises BenchFailed."""
    records = read_records(path, COLUMNS)
    found: dict[str, list[Phrase]] = {role: [] for role in ROLES}
    for record in records.rows:
        role, group = record.cells["role"].lower(), record.cells["group"]
        if role not in found:
            known = ", ".join(ROLES)
            raise BenchFailed(f"{path} line {record.line}: unknown role {role!r}; known: {known}")
        if role != NONE and not group:
            raise BenchFailed(f"{path} line {record.line}: a {role} without a group")
        found[role].append(Phrase(group, record.cells["text"]))
    _check(path, found)
    others = tuple(phrase.text for phrase in found[NONE])
    return FaqGroups(tuple(found[STANDARD]), tuple(found[PARAPHRASE]), others, records.skipped)


def _check(path: Path, found: dict[str, list[Phrase]]) -> None:
    taught = {phrase.group for phrase in found[STANDARD]}
    if len(taught) < 2:
        raise BenchFailed(f"{path} has fewer than two groups with a {STANDARD} text")
    if not found[PARAPHRASE]:
        raise BenchFailed(f"{path} has no {PARAPHRASE} rows to look up")
    for phrase in found[PARAPHRASE]:
        if phrase.group not in taught:
            raise BenchFailed(f"{path}: group {phrase.group} has no {STANDARD} text")
