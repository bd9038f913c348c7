"""Texts with their intents, `text,intent[,split]`, and what of them trains or tests."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.understanding.failure import BenchFailed
from benchmarks.understanding.records import Record, read_records

OUT_OF_SCOPE = "out_of_scope"
COLUMNS = ("text", "intent")
SPLITS = ("train", "dev", "val", "test")
TEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its intent; `split` is "" where the file has no such column."""

    text: str
    intent: str
    split: str = ""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """Every example of a file in its order, and how many rows had no text."""

    path: Path
    examples: tuple[Example, ...]
    skipped: int

    @property
    def has_rest(self) -> bool:
        """Whether some texts are marked as belonging to no intent."""
        return any(example.intent == OUT_OF_SCOPE for example in self.examples)

    def parts(self, seed: int) -> tuple[list[Example], list[Example]]:
        """(train, test): as the file splits them, else 80/20 of each intent, drawn by `seed`.

        Raises BenchFailed where a part is empty or there is one intent only.
        """
        if self.examples[0].split:
            train = [example for example in self.examples if example.split == "train"]
            test = [example for example in self.examples if example.split == "test"]
        else:
            train, test = _stratified(self.examples, seed)
        for name, part in (("train", train), ("test", test)):
            if not part:
                raise BenchFailed(f"{self.path} has no rows to {name} with")
        if len({example.intent for example in train}) < 2:
            raise BenchFailed(f"{self.path} trains one intent only: {train[0].intent}")
        return train, test


def read_labelled(path: Path) -> LabelledFile:
    """The examples of a file. Raises BenchFailed."""
    records = read_records(path, COLUMNS)
    split = "split" in records.columns
    examples = tuple(_example(path, record, split) for record in records.rows)
    return LabelledFile(path, examples, records.skipped)


def _example(path: Path, record: Record, has_split: bool) -> Example:
    cells = record.cells
    if not cells["intent"]:
        raise BenchFailed(f"{path} line {record.line} has no intent")
    split = cells["split"].lower() if has_split else ""
    if has_split and split not in SPLITS:
        known = ", ".join(SPLITS)
        raise BenchFailed(f"{path} line {record.line}: unknown split {split!r}; known: {known}")
    return Example(cells["text"], cells["intent"], split)


def shots(train: Sequence[Example], count: int, seed: int) -> list[Example]:
    """`count` examples of each intent, drawn by `seed`. Raises BenchFailed for an intent with
    fewer.
    """
    for intent, examples in _by_intent(train).items():
        if len(examples) < count:
            raise BenchFailed(
                f"intent {intent} has {len(examples)} training texts, fewer than {count} shots"
            )
    return limited(train, count, seed)


def limited(train: Sequence[Example], most: int, seed: int) -> list[Example]:
    """At most so many examples of each intent, drawn by `seed`."""
    draw = random.Random(seed)
    kept: list[Example] = []
    for examples in _by_intent(train).values():
        kept += draw.sample(examples, min(most, len(examples)))
    return kept


def _stratified(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    """A fifth of each intent, at least one text of those that have two, is for testing."""
    draw = random.Random(seed)
    train: list[Example] = []
    test: list[Example] = []
    for same in _by_intent(examples).values():
        shuffled = draw.sample(same, len(same))
        size = max(1, round(TEST_SHARE * len(same))) if len(same) > 1 else 0
        test += shuffled[:size]
        train += shuffled[size:]
    return train, test


def _by_intent(examples: Iterable[Example]) -> dict[str, list[Example]]:
    """Examples under their intents, in order of name: a draw must not depend on the file's."""
    found: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        found[example.intent].append(example)
    return dict(sorted(found.items()))
