"""Intent, FAQ or "not known": one verdict, with the evidence that led to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["intent", "faq", "unknown"]


@dataclass(frozen=True)
class Evidence:
    """What is known about a comment when the verdict is due. Scores and thresholds in 0..1."""

    intent: str | None
    intent_confidence: float
    intent_threshold: float
    faq_exact: bool
    faq_score: float
    faq_threshold: float
    faq_clear: float


@dataclass(frozen=True)
class Decision:
    """The verdict and its reason, a word for logs and for the console.

    `faq_threshold` is the score that an FAQ candidate needed under these circumstances.
    """

    verdict: Verdict
    reason: str
    faq_threshold: float


def decide(evidence: Evidence, firm: Collection[str], generic: Collection[str]) -> Decision:
    """Decide by the first rule that holds.

    `firm` intents stand against any FAQ score (spam is not answered because it resembles a
    question); `generic` ones say so little that a clear FAQ score outweighs them. Any other
    confident intent stands, and its action weighs the accepted candidates against the shop's
    facts. To ask for a clear score there too was tried and left: an FAQ question has an intent
    as a rule, so that of 427 fresh paraphrases 1 % were answered, and 20 % are without; nor
    does a bar that rises with the intent's confidence pay (docs/benchmarks.md).
    """
    sure = evidence.intent is not None and evidence.intent_confidence >= evidence.intent_threshold
    needed = evidence.faq_clear if sure and evidence.intent in generic else evidence.faq_threshold
    accepted = evidence.faq_score > 0 and evidence.faq_score >= needed
    rules: tuple[tuple[bool, Verdict, str], ...] = (
        (evidence.faq_exact, "faq", "exact_phrase"),
        (sure and evidence.intent in firm, "intent", "firm_intent"),
        (not sure and accepted, "faq", "faq_over_unsure_intent"),
        (sure and evidence.intent in generic and accepted, "faq", "faq_over_generic_intent"),
        (sure and accepted, "intent", "confident_intent_beside_faq"),
        (sure, "intent", "confident_intent"),
    )
    for holds, verdict, reason in rules:
        if holds:
            return Decision(verdict, reason, needed)
    return Decision("unknown", "unsure_intent", needed)
