"""Figures of intents: shares in 0..1, None where no row could count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sklearn.metrics import f1_score

from benchmarks.understanding.labelled import OUT_OF_SCOPE
from benchmarks.understanding.prediction import Prediction

NOTHING = ""  # stands for no prediction at all; no label is empty


@dataclass(frozen=True, slots=True)
class IntentScores:
    """accuracy, macro_f1: over all rows. in_scope_accuracy: of rows with an intent, a rejected
    one being wrong. oos_recall: of out-of-scope rows, those rejected. rejected: of all rows.
    """

    accuracy: float
    macro_f1: float
    in_scope_accuracy: float | None
    oos_recall: float | None
    rejected: float


def share(hits: Iterable[bool]) -> float | None:
    """The share of true values; None without any value."""
    values = list(hits)
    return sum(values) / len(values) if values else None


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """Mean F1 over the labels that occur in `truth`."""
    labels = sorted(set(truth))
    return float(f1_score(truth, said, labels=labels, average="macro", zero_division=0))


def intent_scores(
    truth: Sequence[str], predictions: Sequence[Prediction], *, rejecting: bool
) -> IntentScores:
    """Scores of one system. Where not `rejecting`, the likeliest intent counts whatever its
    confidence.
    """
    said = [
        OUT_OF_SCOPE if rejecting and prediction.rejected else prediction.intent or NOTHING
        for prediction in predictions
    ]
    rows = list(zip(truth, said, strict=True))
    return IntentScores(
        accuracy=share(t == s for t, s in rows) or 0.0,
        macro_f1=macro_f1(truth, said),
        in_scope_accuracy=share(t == s for t, s in rows if t != OUT_OF_SCOPE),
        oos_recall=share(s == OUT_OF_SCOPE for t, s in rows if t == OUT_OF_SCOPE),
        rejected=share(prediction.rejected for prediction in predictions) or 0.0,
    )


@dataclass(frozen=True, slots=True)
class AnsweredScores:
    """accuracy, macro_f1: of the likeliest intent, all rows. answered: share of rows at or above
    the threshold. answered_accuracy: of those, the right ones.
    """

    accuracy: float
    macro_f1: float
    answered_accuracy: float | None
    answered: float


def answered_scores(truth: Sequence[str], predictions: Sequence[Prediction]) -> AnsweredScores:
    """Scores of an assistant that stays silent when it is not sure."""
    rows = list(zip(truth, predictions, strict=True))
    return AnsweredScores(
        accuracy=share(t == p.intent for t, p in rows) or 0.0,
        macro_f1=macro_f1(truth, [p.intent or NOTHING for p in predictions]),
        answered_accuracy=share(t == p.intent for t, p in rows if p.sure),
        answered=share(p.sure for p in predictions) or 0.0,
    )


def recalls(truth: Sequence[str], predictions: Sequence[Prediction]) -> dict[str, float]:
    """The share of each label's rows whose likeliest intent is right, lowest first."""
    rows = Counter(truth)
    hits = Counter(t for t, p in zip(truth, predictions, strict=True) if t == p.intent)
    return dict(
        sorted(((t, hits[t] / n) for t, n in rows.items()), key=lambda pair: (pair[1], pair[0]))
    )


def confusions(
    truth: Sequence[str], predictions: Sequence[Prediction], most: int
) -> list[tuple[str, str, int]]:
    """(label, taken for, times) of the commonest mistakes."""
    pairs = Counter(
        (t, p.intent or NOTHING) for t, p in zip(truth, predictions, strict=True) if t != p.intent
    )
    ordered = sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    return [(label, taken, times) for (label, taken), times in ordered[:most]]
