"""What a system said of a text, read from Rasa's parse result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.understanding.labelled import OUT_OF_SCOPE

FALLBACK = "nlu_fallback"


@dataclass(frozen=True, slots=True)
class Prediction:
    """The intent thought likeliest, and whether the system would act on it."""

    intent: str | None
    sure: bool

    @property
    def rejected(self) -> bool:
        """Whether the text is said to belong to no intent."""
        return not self.sure or self.intent == OUT_OF_SCOPE


def read_prediction(
    parsed: Mapping[str, Any], threshold: float | None, labels: Mapping[str, str]
) -> Prediction:
    """The prediction in a parse result.

    `threshold` is the classifier's own, None where it has none. `labels` translates the
    names that Rasa was given; a name that is not in it stands for itself.
    """
    intent, sure = _top(parsed, threshold)
    return Prediction(labels.get(intent, intent) if intent else None, sure)


def _top(parsed: Mapping[str, Any], threshold: float | None) -> tuple[str | None, bool]:
    if gate := parsed.get("gate"):
        return gate["intent"], gate["intent_confidence"] >= gate["intent_threshold"]
    intent = parsed["intent"]
    if intent["name"] == FALLBACK:
        # The FallbackClassifier puts itself first; what it doubted stands behind.
        names = (ranked["name"] for ranked in parsed.get("intent_ranking") or ())
        return next((name for name in names if name != FALLBACK), None), False
    return intent["name"], intent["confidence"] >= (threshold or 0.0)
