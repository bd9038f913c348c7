"""What viewers did next, as examples to learn from: the ends of trails, hidden from the parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recsys.recommend.evidence import Evidence, Matrix, features
from recsys.recommend.trail import Trail, Trails

DEPTH: Final = 10


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """Moments in the life of a trail: items before `place` are known, the one there is wanted.

    viewer, place: int64 [q]; keep: int64 [v], how much of each trail the parts may be fitted to.
    """

    viewer: NDArray[np.int64]
    place: NDArray[np.int64]
    keep: NDArray[np.int64]


def questions(trails: Trails, most: int, deepest: int, seed: int) -> Questions:
    """The last items of each trail, as many of them as it takes to come near `most` questions.

    A trail that is not more than twice as long as what is held out of it is left whole: hiding
    half of what little is known would teach the wrong lesson. At most `most` are asked, at random.
    """
    lengths, rng = trails.lengths, np.random.default_rng(seed)
    held = 1
    while held < deepest and int((lengths > 2 * held).sum()) * held < most // 2:
        held += 1
    asked = np.flatnonzero(lengths > 2 * held) if held > 1 else np.flatnonzero(lengths > 1)
    keep = lengths.copy()
    keep[asked] -= held
    viewer = np.repeat(asked, held)
    place = np.repeat(keep[asked], held) + np.tile(np.arange(held), len(asked))
    if len(viewer) > most:
        drawn = np.sort(rng.choice(len(viewer), most, replace=False))
        viewer, place = viewer[drawn], place[drawn]
    return Questions(viewer, place, keep)


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Questions with what the evidence says of the rows near them.

    x: float32 [r, f], features of all rows; y: bool [r], whether the row was wanted;
    size: int64 [q], rows of each question; viewer: int64 [q].
    """

    x: Matrix
    y: NDArray[np.bool_]
    size: NDArray[np.int64]
    viewer: NDArray[np.int64]

    @classmethod
    def of(cls, evidence: Evidence, trails: Trails, asked: Questions) -> Lessons:
        xs, ys = [], []
        for viewer, place in zip(asked.viewer, asked.place, strict=True):
            whole = trails[viewer]
            known = Trail(whole.rows[:place], whole.strength[:place]).recent()
            rows, said = evidence.about(known)
            xs.append(features(known, said, evidence.popular))
            ys.append(rows == whole.rows[place])
        size = np.array([len(y) for y in ys], dtype=np.int64)
        return cls(np.concatenate(xs), np.concatenate(ys), size, asked.viewer)

    def of_questions(self, mask: NDArray[np.bool_]) -> Lessons:
        """Those of the mask, bool [q]."""
        rows = np.repeat(mask, self.size)
        return Lessons(self.x[rows], self.y[rows], self.size[mask], self.viewer[mask])

    @property
    def answered(self) -> NDArray[np.bool_]:
        """bool [q]: whether the wanted row is there at all, without which nothing can be learnt."""
        return np.bincount(self.question, self.y, minlength=len(self.size)) > 0

    @property
    def question(self) -> NDArray[np.int64]:
        """int64 [r]: of each row; a question may have none."""
        return np.repeat(np.arange(len(self.size)), self.size)

    def ndcg(self, scores: NDArray[np.float64]) -> float:
        """Mean NDCG@10 over all questions, also those whose wanted row is not there (0).

        Equal scores count against: half-way would let a constant look like knowledge.
        """
        best = np.full(len(self.size), -np.inf)
        best[self.question[self.y]] = scores[self.y]
        reached = scores >= best[self.question]
        above = np.bincount(self.question, reached, minlength=len(self.size)) - 1
        gain = np.where(np.isfinite(best) & (above < DEPTH), 1.0 / np.log2(above + 2.0), 0.0)
        return float(gain.mean())
