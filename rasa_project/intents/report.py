"""What the held-out comments say of each intent: for the owner, before a model is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from rasa_project.intents.calibration import Calibration, HeldOut

REPORT_FILE = "intent_report.json"
CONFUSIONS, EXAMPLES = 30, 3


def intent_report(
    held_out: HeldOut | None, texts: Sequence[str], calibration: Calibration
) -> dict[str, Any]:
    """Accuracy, macro-F1, the figures of each intent, and what is taken for what.

    Over held-out comments only; `intents` and `confusions` are empty where there were none.
    `answered` is the share at or above the threshold, `answered_accuracy` the accuracy there.
    """
    report: dict[str, Any] = {
        "threshold": calibration.threshold,
        "accuracy": calibration.accuracy,
        "macro_f1": None,
        "intents": {},
        "confusions": [],
    }
    if held_out is None:
        return report
    predicted, truth = held_out.logits.argmax(axis=1), held_out.truth
    report["accuracy"] = float(accuracy_score(truth, predicted))
    report["macro_f1"] = float(f1_score(truth, predicted, average="macro", zero_division=0))
    report["intents"] = _by_intent(held_out)
    report["confusions"] = _confusions(held_out, texts)
    return report


def _by_intent(held_out: HeldOut) -> dict[str, dict[str, float]]:
    columns = list(range(len(held_out.names)))
    predicted = held_out.logits.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(
        held_out.truth, predicted, labels=columns, zero_division=0
    )
    return {
        name: {
            "n": int(support[column]),
            "precision": round(float(precision[column]), 4),
            "recall": round(float(recall[column]), 4),
            "f1": round(float(f1[column]), 4),
        }
        for column, name in enumerate(held_out.names)
    }


def _confusions(held_out: HeldOut, texts: Sequence[str]) -> list[dict[str, Any]]:
    predicted = held_out.logits.argmax(axis=1)
    met: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for place in np.flatnonzero(predicted != held_out.truth):
        pair = int(held_out.truth[place]), int(predicted[place])
        met[pair].append(texts[held_out.rows[place]])
    worst = sorted(met.items(), key=lambda item: (-len(item[1]), item[0]))[:CONFUSIONS]
    return [
        {
            "truth": held_out.names[truth],
            "predicted": held_out.names[taken],
            "count": len(examples),
            "examples": examples[:EXAMPLES],
        }
        for (truth, taken), examples in worst
    ]
