"""From which score an FAQ candidate is believed: measured, for no fixed one fits every FAQ.

Phrases are looked up among the others of the same FAQ, and chatter, which no entry answers, in
all of it. The threshold is the score from which answers are together worth most, a right one
counting 1 and a wrong one `-cost`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rasa_project.intents.calibration import assign_folds, best_threshold
from recsys.embedding.phrases import PhraseColumns, PhraseIndex

Rows = NDArray[np.int64]

FOLDS = 4
# Looking up more phrases than this moves the threshold no more, and keeps viewers waiting.
SAMPLE = 400
# With fewer phrases that have a second one beside them, an FAQ says too little about itself.
FEWEST_PHRASES = 40
# A score is clear where answers would be worth giving even if a mistake cost so much more.
CLEAR_COST = 3.0
# Entries looked at to find one that is not another product's.
SEARCHED = 20
# Nothing but equal wording comes so high.
HIGHEST = 0.99


@dataclass(frozen=True)
class FaqThreshold:
    """`accept`: the answer may be given. `clear`: surer than an intent that hardly says a thing."""

    accept: float
    clear: float


@dataclass(frozen=True)
class Questions:
    """Texts with their query vectors [n, d]."""

    texts: tuple[str, ...]
    vectors: NDArray[np.float32]

    def part(self, rows: Sequence[int] | Rows) -> Questions:
        """Some of them."""
        return Questions(tuple(self.texts[row] for row in rows), self.vectors[rows])


Lookup = tuple[float, bool]  # the best score, and whether it was the right entry


def trained_threshold(
    standards: Questions,
    asked: Questions,
    groups: tuple[Sequence[str], Sequence[str]],
    noise: Questions,
    encoder: tuple[str, float],
    cost: float,
) -> FaqThreshold:
    """The threshold for FAQs that cannot be measured, from examples of other shops' FAQs.

    `asked` are viewers' questions, each looked up among all `standards`; `groups` names the
    entry of each standard and the right one of each question. `encoder` is the encoder's
    fingerprint and its cosine of unrelated texts.
    """
    if not len(asked.texts) or not len(standards.texts):
        return FaqThreshold(HIGHEST, HIGHEST)
    none = ("",) * len(standards.texts)
    columns = PhraseColumns(standards.texts, tuple(groups[0]), none, none, none)
    index = PhraseIndex(columns, standards.vectors, *encoder)
    found = [
        (hits[0].score, hits[0].faq_id == group)
        for vector, text, group in zip(asked.vectors, asked.texts, groups[1], strict=True)
        if (hits := index.search(vector, text, 1))
    ]
    return _threshold([*found, *_chatter(index, noise)], cost)


def threshold_for(
    index: PhraseIndex, noise: Questions, trained: FaqThreshold, cost: float
) -> FaqThreshold:
    """The threshold for this FAQ, or the trained one where it is too small to tell."""
    entries = Counter(index.faq_ids)
    if sum(count for count in entries.values() if count > 1) < FEWEST_PHRASES:
        return trained
    return _threshold([*_held_out(index), *_chatter(index, noise)], cost)


def _threshold(found: Sequence[Lookup], cost: float) -> FaqThreshold:
    if not found:
        return FaqThreshold(HIGHEST, HIGHEST)
    scores = np.array([score for score, _ in found])
    right = np.array([is_right for _, is_right in found])
    accept = min(best_threshold(scores, right, cost), HIGHEST)
    clear = min(best_threshold(scores, right, cost * CLEAR_COST), HIGHEST)
    return FaqThreshold(accept, max(accept, clear))


def _held_out(index: PhraseIndex) -> list[Lookup]:
    """Each phrase looked up among those of the other folds.

    The same question about another product is left out: which product is meant decides there.
    """
    entries = Counter(index.faq_ids)
    fold_of = assign_folds(index.faq_ids, FOLDS)
    asked = np.array([row for row in range(len(index)) if entries[index.faq_ids[row]] > 1])
    if len(asked) > SAMPLE:
        asked = np.random.default_rng(7).choice(asked, SAMPLE, replace=False)
    found = []
    for fold in range(FOLDS):
        rest = _part(index, np.flatnonzero(fold_of != fold))
        for row in (row for row in asked if fold_of[row] == fold):
            hits = rest.search(index.vectors[row], index.texts[row], SEARCHED)
            own = (hit for hit in hits if hit.sku in ("", index.skus[row]))
            if (best := next(own, None)) is not None:
                found.append((best.score, best.faq_id == index.faq_ids[row]))
    return found


def _chatter(index: PhraseIndex, noise: Questions) -> list[Lookup]:
    hits = (index.search(v, text, 1) for v, text in zip(noise.vectors, noise.texts, strict=True))
    return [(found[0].score, False) for found in hits if found]


def _part(index: PhraseIndex, rows: Rows) -> PhraseIndex:
    columns = {
        name: tuple(values[row] for row in rows) for name, values in index.columns.by_name().items()
    }
    return PhraseIndex(
        PhraseColumns(**columns), index.vectors[rows], index.encoder, index.unrelated
    )
