"""Compares a built encoder with its source's own engine, on sentences of the trade."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SENTENCES = Path(__file__).with_name("sentences.txt")
LOWEST_MEAN = 0.99
MOST_COMMENTS = 500
CHUNK = 64
_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_EXAMPLE = re.compile(r"^\s+- (.+?)\s*$")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How closely two engines agree: cosine over texts, and of unlike texts."""

    texts: int
    mean: float
    lowest: float
    unrelated: float


def shipped_sentences() -> list[str]:
    """The sentences that come with the project, one a line."""
    return [line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line.strip()]


def training_comments(folder: Path, most: int = MOST_COMMENTS) -> list[str]:
    """Up to `most` example comments of a Rasa nlu folder, evenly taken, marks removed."""
    comments = [
        _ANNOTATION.sub(r"\1", found.group(1))
        for path in sorted(folder.glob("*.yml"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if (found := _EXAMPLE.match(line))
    ]
    step = max(1, len(comments) // most)
    return comments[::step][:most]


def agreement(
    ours: Callable[[Sequence[str]], NDArray[np.float32]],
    reference: Callable[[Sequence[str]], NDArray[np.float32]],
    texts: Sequence[str],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Agreement:
    """Cosine of both engines' vectors over `texts`, text by text."""
    rows, cosines = [], []
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        vectors = ours(chunk)
        cosines.append(np.sum(vectors * reference(chunk), axis=1))
        rows.append(vectors)
        progress(min(start + CHUNK, len(texts)), len(texts))
    cosine = np.concatenate(cosines)
    vectors = np.concatenate(rows)
    # Each text against the one half a list away: as unlike as two texts here get.
    apart = np.sum(vectors * np.roll(vectors, len(texts) // 2, axis=0), axis=1)
    return Agreement(len(texts), float(cosine.mean()), float(cosine.min()), float(np.mean(apart)))
