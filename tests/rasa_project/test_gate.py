"""The gate's verdicts, each with the evidence that leads to it."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from rasa_project.gate import Evidence, decide
from rasa_project.nlu.answer_gate import AnswerGate
from rasa_project.nlu.intent_classifier import INTENT_THRESHOLD

FIRM = ("spam", "out_of_scope")
GENERIC = ("chitchat", "greet")


@pytest.mark.parametrize(
    ("intent", "confidence", "exact", "score", "verdict", "reason"),
    [
        ("ask_price", 0.9, True, 1.0, "faq", "exact_phrase"),
        ("spam", 0.9, True, 1.0, "faq", "exact_phrase"),
        ("spam", 0.9, False, 0.9, "intent", "firm_intent"),
        ("out_of_scope", 0.9, False, 0.9, "intent", "firm_intent"),
        ("spam", 0.2, False, 0.9, "faq", "faq_over_unsure_intent"),
        ("ask_price", 0.2, False, 0.55, "faq", "faq_over_unsure_intent"),
        ("ask_price", 0.2, False, 0.45, "unknown", "unsure_intent"),
        ("chitchat", 0.9, False, 0.75, "faq", "faq_over_generic_intent"),
        ("chitchat", 0.9, False, 0.65, "intent", "confident_intent"),
        ("ask_price", 0.9, False, 0.75, "intent", "confident_intent_beside_faq"),
        ("ask_price", 0.9, False, 0.55, "intent", "confident_intent_beside_faq"),
        ("ask_price", 0.9, False, 0.45, "intent", "confident_intent"),
        ("ask_price", 0.4, False, 0.0, "intent", "confident_intent"),
        ("ask_price", 0.39, False, 0.0, "unknown", "unsure_intent"),
        (None, 0.0, False, 0.0, "unknown", "unsure_intent"),
        (None, 0.0, False, 0.8, "faq", "faq_over_unsure_intent"),
    ],
)
def test_verdict(
    intent: str | None, confidence: float, exact: bool, score: float, verdict: str, reason: str
) -> None:
    evidence = Evidence(intent, confidence, 0.4, exact, score, 0.5, 0.7)
    decision = decide(evidence, FIRM, GENERIC)
    assert (decision.verdict, decision.reason) == (verdict, reason)


def test_a_threshold_of_zero_accepts_no_missing_candidate() -> None:
    assert decide(Evidence("x", 0.1, 0.4, False, 0.0, 0.0, 0.0), (), ()).verdict == "unknown"


def message(intent: str, confidence: float, score: float, exact: str | None = None) -> Message:
    ranking = [{"name": intent, "confidence": confidence}, {"name": "greet", "confidence": 0.01}]
    candidate = {"faq_id": "F1", "phrase": "p", "score": score, "sku": ""}
    faq = {
        "exact": exact,
        "threshold": 0.5,
        "clear_threshold": 0.7,
        "candidates": [candidate],
        "accepted": score >= 0.5,
    }
    data: dict[str, Any] = {TEXT: "t", INTENT: dict(ranking[0]), INTENT_RANKING_KEY: ranking}
    return Message({**data, INTENT_THRESHOLD: 0.4, "faq": faq})


def gated(one: Message) -> Message:
    return AnswerGate({}).process([one])[0]


def test_an_accepted_faq_becomes_the_intent_and_the_ranking_remembers() -> None:
    result = gated(message("ask_price", 0.2, 0.6))
    assert result.get(INTENT) == {"name": "faq", "confidence": 0.6}
    assert [row["name"] for row in result.get(INTENT_RANKING_KEY)] == ["faq", "ask_price", "greet"]
    assert result.get("gate")["intent"] == "ask_price"
    assert result.get("faq")["accepted"] is True


def test_not_known_becomes_the_fallback() -> None:
    result = gated(message("ask_price", 0.2, 0.3))
    assert result.get(INTENT)["name"] == "nlu_fallback"
    assert result.get("gate")["verdict"] == "unknown"


def test_the_actions_see_the_bar_that_applied() -> None:
    result = gated(message("chitchat", 0.9, 0.6))
    assert result.get(INTENT)["name"] == "chitchat"
    assert result.get("faq")["threshold"] == result.get("gate")["faq_threshold"] == 0.7
    assert result.get("faq")["accepted"] is False
    assert result.get("faq")["candidates"]
    beside = gated(message("ask_price", 0.9, 0.6))
    assert beside.get(INTENT)["name"] == "ask_price"
    assert (beside.get("faq")["threshold"], beside.get("faq")["accepted"]) == (0.5, True)


def test_an_exact_phrase_always_wins() -> None:
    result = gated(message("spam", 0.99, 1.0, exact="F1"))
    assert result.get(INTENT) == {"name": "faq", "confidence": 1.0}


def test_another_classifier_is_weighed_by_the_configured_threshold() -> None:
    """Rasa's own classifiers measure none; without one in config.yml they are not weighed."""
    unmeasured = message("ask_price", 0.6, 0.3)
    del unmeasured.data[INTENT_THRESHOLD]
    assert gated(unmeasured).get("gate") is None
    strict = AnswerGate({"threshold": 0.7}).process([unmeasured])[0]
    assert strict.get(INTENT)["name"] == "nlu_fallback"


BAD: tuple[dict[str, Any], ...] = (
    {"threshold": 2},
    {"limit": 1},
    {"firm": "spam"},
    {"generic": [1]},
)


@pytest.mark.parametrize("config", BAD)
def test_bad_settings_are_named(config: dict[str, Any]) -> None:
    with pytest.raises(InvalidConfigException, match=next(iter(config))):
        AnswerGate.create(config, None, None, None)  # type: ignore[arg-type]
