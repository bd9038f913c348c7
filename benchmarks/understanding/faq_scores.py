"""Figures of FAQ look-ups: shares in 0..1, None where no row could count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.understanding.prediction import Prediction
from benchmarks.understanding.scores import share


@dataclass(frozen=True, slots=True)
class Found:
    """The best candidate for a text, and whether it was accepted; None where nothing decides."""

    group: str | None
    accepted: bool | None


@dataclass(frozen=True, slots=True)
class FaqScores:
    """top1: paraphrases whose best candidate is right. accepted_right: those accepted as well.
    false_accept: other texts for which something was accepted.
    """

    top1: float
    accepted_right: float | None
    false_accept: float | None


def read_found(parsed: Mapping[str, Any]) -> Found:
    """What the assistant's "faq" says: candidates stand in order, the best first."""
    faq = parsed["faq"]
    best = next((candidate["faq_id"] for candidate in faq["candidates"]), None)
    return Found(best, bool(faq["accepted"]))


def found_by_intent(prediction: Prediction) -> Found:
    """The same of a classifier that has an intent for each group."""
    return Found(prediction.intent, prediction.sure)


def faq_scores(groups: Sequence[str], found: Sequence[Found]) -> FaqScores:
    """Scores of look-ups in order: paraphrases, of which `groups` has the right answers, then
    texts without one.
    """
    asked, others = found[: len(groups)], found[len(groups) :]
    right = [hit.group == group for group, hit in zip(groups, asked, strict=True)]
    decided = [hit.accepted for hit in found if hit.accepted is not None]
    top1 = share(right) or 0.0
    if not decided:
        return FaqScores(top1, None, None)
    accepted = (ok and bool(hit.accepted) for ok, hit in zip(right, asked, strict=True))
    return FaqScores(top1, share(accepted), share(bool(hit.accepted) for hit in others))
