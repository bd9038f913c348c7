"""KernelIntentClassifier: the intent, from meaning (encoder) and wording (n-grams) together."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.exceptions import InvalidConfigException, RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import rasa_project.intents
from rasa_project.component_config import check_config, check_number
from rasa_project.intents.calibration import Calibration, calibrate, hold_out
from rasa_project.intents.kernel import KernelSettings
from rasa_project.intents.model import IntentModel, TrainingSettings, fit, softmax
from rasa_project.intents.report import REPORT_FILE, intent_report
from rasa_project.language.clauses import clauses
from rasa_project.language.slang import plain
from rasa_project.sentence_vector import ENCODER_FEATURE, sentence_vector
from recsys.embedding import default_encoder

CALIBRATION_FILE = "calibration.json"
# Read by the answer gate: the confidence from which held-out intents were worth believing.
INTENT_THRESHOLD = "intent_threshold"
RANKING_LENGTH = 10
# Further questions of one comment, for the actions.
ALSO = "also"
# A clause is torn out of its comment: it must be plain what it asks.
SURE_CLAUSE = 0.7
Ranking = list[dict[str, Any]]


class NoSentenceVector(RasaException):
    """The encoder's featurizer is missing from the pipeline, or has another alias."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class KernelIntentClassifier(IntentClassifier, GraphComponent):
    """Multinomial logistic regression in a kernel's feature space; predicts with numpy alone."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Needs a featurizer before it: the encoder's."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["sklearn", "scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """All settings; what each means stands in docs/understanding.md."""
        kernel, training = KernelSettings(), TrainingSettings()
        return {
            "featurizer": ENCODER_FEATURE,
            "gamma": kernel.gamma,
            "meaning_weight": kernel.meaning_weight,
            "ngram_weight": kernel.ngram_weight,
            "longest_ngram": kernel.longest_ngram,
            "anchors": training.anchors,
            "rank": training.rank,
            "anchors_per_intent": training.anchors_per_intent,
            "inverse_regularisation": training.inverse_regularisation,
            "max_iterations": training.max_iterations,
            "folds": 2,
            "wrong_answer_cost": 0.5,
            "rest_share": 0.2,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse unknown keys and impossible numbers."""
        check_config(cls, config)
        full = {**cls.get_default_config(), **config}
        for key, low, high in (
            ("gamma", 0.01, 100),
            ("meaning_weight", 0, 100),
            ("ngram_weight", 0, 100),
            ("longest_ngram", 1, 8),
            ("anchors", 2, 20_000),
            ("rank", 1, 20_000),
            ("anchors_per_intent", 0, 1_000),
            ("inverse_regularisation", 1e-4, 1e6),
            ("max_iterations", 1, 10_000),
            ("folds", 2, 20),
            ("wrong_answer_cost", 0, 100),
            ("rest_share", 0, 0.9),
        ):
            check_number(cls, full, key, low, high)
        if not full["meaning_weight"] and not full["ngram_weight"]:
            raise InvalidConfigException(
                f"{cls.__name__}: 'meaning_weight' and 'ngram_weight' are both 0: nothing to learn"
            )

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """The mathematics lies in other files, which Rasa's training cache does not look at."""
        digest = hashlib.sha256()
        for file in sorted(Path(rasa_project.intents.__path__[0]).glob("*.py")):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KernelIntentClassifier:
        """An untrained classifier."""
        cls.validate_config(config)
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KernelIntentClassifier:
        """The classifier that `train` wrote to the resource."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = IntentModel.load(folder)
            calibration = (folder / CALIBRATION_FILE).read_text(encoding="utf-8")
            component._calibration = Calibration(**json.loads(calibration))
        return component

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model: IntentModel | None = None
        self._calibration = Calibration(1.0, 1.0)

    def train(self, training_data: TrainingData) -> Resource:
        """Hold out for temperature and threshold, then fit on every comment."""
        examples = [m for m in training_data.intent_examples if m.get(INTENT) and m.get(TEXT)]
        labels = [message.get(INTENT) for message in examples]
        texts = [plain(message.get(TEXT)) for message in examples]
        if not examples:
            raise RasaException("KernelIntentClassifier: the training data has no intents")
        vectors = np.stack([self._vector(message) for message in examples])
        settings = self._training_settings()
        fresh = np.array([text not in default_encoder().tuned for text in texts])
        held_out = hold_out(vectors, texts, labels, settings, self._config["folds"], fresh)
        cost, rest_share = self._config["wrong_answer_cost"], self._config["rest_share"]
        self._calibration = calibrate(held_out, cost, rest_share)
        self._model = fit(vectors, texts, labels, settings)
        spoken = [message.get(TEXT) for message in examples]
        self._persist(intent_report(held_out, spoken, self._calibration))
        return self._resource

    def _training_settings(self) -> TrainingSettings:
        config = self._config
        kernel = KernelSettings(
            config["gamma"],
            config["meaning_weight"],
            config["ngram_weight"],
            config["longest_ngram"],
        )
        return TrainingSettings(
            kernel,
            config["anchors"],
            config["rank"],
            config["anchors_per_intent"],
            config["inverse_regularisation"],
            config["max_iterations"],
        )

    def _vector(self, message: Message) -> Any:
        vector = sentence_vector(message, self._config["featurizer"])
        if vector is None:
            raise NoSentenceVector(
                "KernelIntentClassifier: no sentence vector under the alias "
                f"'{self._config['featurizer']}'; put EncoderFeaturizer before it in config.yml"
            )
        return vector

    def _persist(self, report: dict[str, Any]) -> None:
        assert self._model is not None  # noqa: S101 - only train calls this, after fitting
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
            files = {CALIBRATION_FILE: asdict(self._calibration), REPORT_FILE: report}
            for name, content in files.items():
                text = json.dumps(content, ensure_ascii=False)
                (folder / name).write_text(text, encoding="utf-8")

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking, the threshold for the answer gate, and what else is asked."""
        rankings = self._rankings(messages)
        also = self._also(messages, [ranking[0]["name"] for ranking in rankings])
        for message, ranking, further in zip(messages, rankings, also, strict=True):
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking[:RANKING_LENGTH], add_to_output=True)
            message.set(INTENT_THRESHOLD, self._calibration.threshold)
            message.set(ALSO, further, add_to_output=True)
        return messages

    def _rankings(self, messages: list[Message]) -> list[Ranking]:
        """Every intent with its confidence, the likeliest first, a list a message."""
        spoken = [m for m in messages if self._model is not None and m.get(TEXT)]
        scored = iter(
            self._scored([self._vector(m) for m in spoken], [m.get(TEXT) for m in spoken])
        )
        silent: Ranking = [{"name": None, "confidence": 0.0}]
        known = {id(message) for message in spoken}
        return [next(scored) if id(m) in known else silent for m in messages]

    def _also(self, messages: list[Message], intents: list[str | None]) -> list[Ranking]:
        """Further questions of the same comment, each with its clause and confidence, a list a
        message; the clauses of all are encoded together.
        """
        known = self._model is not None
        parts = [clauses(m.get(TEXT) or "") if known else [] for m in messages]
        every = [part for own in parts for part in own]
        vectors = default_encoder().encode([plain(part) for part in every]) if every else []
        scored = iter(self._scored(list(vectors), every))
        return [
            self._further([(part, next(scored)[0]) for part in own], intent)
            for own, intent in zip(parts, intents, strict=True)
        ]

    def _further(self, parts: list[tuple[str, dict[str, Any]]], intent: str | None) -> Ranking:
        """Told only where one clause asks what the whole was taken for: otherwise the comment is
        one question in several breaths.
        """
        least = max(SURE_CLAUSE, self._calibration.threshold)
        sure = {
            found["name"]: {"text": part, **found}
            for part, found in parts
            if found["confidence"] >= least
        }
        if intent not in sure:
            return []
        return [found for name, found in sure.items() if name != intent]

    def _scored(self, vectors: list[Any], texts: list[str]) -> list[Ranking]:
        """Every intent with its confidence, the likeliest first, for each text."""
        if not texts:
            return []
        assert self._model is not None  # noqa: S101 - the callers have looked
        spoken = [plain(text) for text in texts]
        # One comment alone needs no sparse matrix.
        logits = (
            self._model.logits(vectors[0], spoken[0])[None]
            if len(texts) == 1
            else self._model.logits_of(np.stack(vectors), spoken)
        )
        confidences = softmax(logits, self._calibration.temperature)
        return [
            [
                {"name": self._model.labels[column], "confidence": float(row[column])}
                for column in np.argsort(-row)
            ]
            for row in confidences
        ]
