"""AnswerGate: whether the intent stands, an FAQ answers, or the host has to."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from rasa_project.component_config import check_config, check_names, check_number
from rasa_project.gate import Decision, Evidence, decide
from rasa_project.nlu.intent_classifier import INTENT_THRESHOLD

FAQ_INTENT = "faq"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AnswerGate(GraphComponent):
    """Sets "gate"; rewrites the intent to `faq` or `nlu_fallback` where the verdict says so."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Which intents stand firm, and which give way.

        `threshold` is for classifiers that measure none in training, such as Rasa's own.
        """
        return {
            "firm": ["spam", "out_of_scope"],
            "generic": ["chitchat", "greet", "thanks", "goodbye", "affirm", "deny", "inform"],
            "threshold": None,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse unknown keys and what is no list of intents."""
        check_config(cls, config)
        full = {**cls.get_default_config(), **config}
        check_names(cls, full, "firm")
        check_names(cls, full, "generic")
        if full["threshold"] is not None:
            check_number(cls, full, "threshold", 0, 1)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerGate:
        """A gate; nothing is trained here."""
        cls.validate_config(config)
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = {**self.get_default_config(), **config}

    def process(self, messages: list[Message]) -> list[Message]:
        """Decide each message."""
        for message in messages:
            intent = message.get(INTENT) or {}
            threshold = message.data.get(INTENT_THRESHOLD, self._config["threshold"])
            if threshold is None:
                continue  # an intent given outright (Rasa's own /intent) is not weighed
            evidence = _evidence(message, float(threshold))
            decision = decide(evidence, self._config["firm"], self._config["generic"])
            _rewrite(message, decision, evidence)
            _weigh_faq(message, decision, evidence)
            message.set("gate", _report(decision, evidence, intent), add_to_output=True)
        return messages


def _evidence(message: Message, threshold: float) -> Evidence:
    intent = message.get(INTENT) or {}
    faq = message.get("faq") or {}
    candidates = faq.get("candidates") or []
    return Evidence(
        intent=intent.get("name"),
        intent_confidence=float(intent.get("confidence") or 0.0),
        intent_threshold=threshold,
        faq_exact=bool(faq.get("exact")),
        faq_score=float(candidates[0]["score"]) if candidates else 0.0,
        faq_threshold=float(faq.get("threshold", 1.0)),
        faq_clear=float(faq.get("clear_threshold", 1.0)),
    )


def _rewrite(message: Message, decision: Decision, evidence: Evidence) -> None:
    """The intent that the rules will see; what the classifier thought stays in the ranking."""
    rewritten = {
        "faq": {"name": FAQ_INTENT, "confidence": evidence.faq_score},
        "unknown": {
            "name": DEFAULT_NLU_FALLBACK_INTENT_NAME,
            "confidence": 1.0 - evidence.intent_confidence,
        },
    }.get(decision.verdict)
    if rewritten is not None:
        ranking = [rewritten, *(message.get(INTENT_RANKING_KEY) or [])]
        message.set(INTENT, dict(rewritten), add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)


def _weigh_faq(message: Message, decision: Decision, evidence: Evidence) -> None:
    """Tell the actions, which read "faq", what a candidate had to reach here."""
    accepted = evidence.faq_exact or evidence.faq_score >= decision.faq_threshold
    faq = {**(message.get("faq") or {}), "threshold": decision.faq_threshold}
    message.set("faq", {**faq, "accepted": accepted}, add_to_output=True)


def _report(decision: Decision, evidence: Evidence, intent: dict[str, Any]) -> dict[str, Any]:
    return {
        "verdict": decision.verdict,
        "reason": decision.reason,
        "intent": intent.get("name"),
        "intent_confidence": evidence.intent_confidence,
        "faq_score": evidence.faq_score,
        "intent_threshold": evidence.intent_threshold,
        "faq_threshold": decision.faq_threshold,
    }
