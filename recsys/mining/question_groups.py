"""Groups questions by meaning: agglomerative clustering of sentence vectors.

Average linkage over cosine distance (scikit-learn): single linkage chains unlike questions
together, complete linkage tears paraphrases apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from recsys.embedding.text import normalise

Vectors = NDArray[np.float32]

# Mean distance (1 - cosine) within which two sets of questions are one, for an encoder that puts
# unlike texts at a cosine of 0; for another, times (1 - its cosine of unlike texts). Measured on
# the demo shop's FAQ, whose entries say which questions mean the same: see docs/teaching.md.
NEAR = 0.45


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: its text, how much it counts (1 and more), and when (any rising number)."""

    text: str
    weight: float = 1.0
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that mean the same: rows of the input, the most typical text as title."""

    title: str
    rows: tuple[int, ...]
    weight: float
    newest: float


def group_questions(
    asked: Sequence[Asked], vectors: Vectors, near: float = NEAR
) -> list[QuestionGroup]:
    """Groups of `asked`, heaviest first, then newest; `vectors` [n, d] are of length 1.

    Equal texts are one question before anything is compared. Raises ValueError when there are
    not as many vectors as questions.
    """
    if len(asked) != len(vectors):
        raise ValueError(f"{len(asked)} questions, {len(vectors)} vectors")
    same: defaultdict[str, list[int]] = defaultdict(list)
    for row, question in enumerate(asked):
        same[normalise(question.text) or question.text].append(row)
    distinct = list(same.values())
    labels = _labels(vectors[[rows[0] for rows in distinct]], near)
    members: defaultdict[int, list[list[int]]] = defaultdict(list)
    for rows, label in zip(distinct, labels, strict=True):
        members[label].append(rows)
    groups = [_group(asked, vectors, together) for together in members.values()]
    return sorted(groups, key=lambda group: (-group.weight, -group.newest, group.rows))


def _labels(vectors: Vectors, near: float) -> list[int]:
    if len(vectors) < 2:
        return [0] * len(vectors)
    clustering = AgglomerativeClustering(
        n_clusters=None, distance_threshold=near, metric="cosine", linkage="average"
    )
    return [int(label) for label in clustering.fit_predict(vectors)]


def _group(
    asked: Sequence[Asked], vectors: Vectors, together: Sequence[Sequence[int]]
) -> QuestionGroup:
    """The title is the text nearest to all others, each as often as it was asked."""
    firsts = [rows[0] for rows in together]
    counts = np.array([len(rows) for rows in together], dtype=np.float32)
    typical = (vectors[firsts] @ vectors[firsts].T) @ counts
    rows = tuple(sorted(row for part in together for row in part))
    return QuestionGroup(
        asked[firsts[int(typical.argmax())]].text,
        rows,
        float(sum(asked[row].weight for row in rows)),
        max(asked[row].at for row in rows),
    )
