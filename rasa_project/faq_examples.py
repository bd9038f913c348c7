"""Questions of other FAQs in viewers' words: what FAQ thresholds are measured on."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "encoder" / "faq_groups.csv"
STANDARD, PARAPHRASE, NONE = "standard", "paraphrase", "none"


@dataclass(frozen=True)
class FaqExamples:
    """Standard questions with their group, what viewers ask of them, and what fits none."""

    standards: tuple[tuple[str, str], ...]  # (group, text)
    asked: tuple[tuple[str, str], ...]  # (group, text)
    none: tuple[str, ...]


def read_examples(path: Path, is_fresh: Callable[[str], bool]) -> FaqExamples:
    """The groups that are fresh: standard questions, paraphrases, and what fits none.

    `is_fresh` tells the texts that the encoder was not tuned on. Questions that it was tuned on
    draw strangers to themselves, so they stay out even as what is searched: among all 307 it
    found 23 % of the fresh paraphrases, among the 61 fresh ones 47 %. Raises OSError, KeyError.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = [(row["group"], row["role"], row["text"]) for row in csv.DictReader(file)]
    fresh = {group for group, role, text in rows if role == PARAPHRASE and is_fresh(text)}
    return FaqExamples(
        tuple((g, text) for g, role, text in rows if role == STANDARD and g in fresh),
        tuple((g, text) for g, role, text in rows if role == PARAPHRASE and g in fresh),
        tuple(text for group, role, text in rows if role == NONE and group in fresh),
    )
