"""FaqMatcher: FAQ entries near the comment, from the snapshot that the shop publishes."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rasa_project import faq_examples, faq_threshold
from rasa_project.component_config import check_config, check_names, check_number
from rasa_project.entities.products import ProductFinder, read_finder
from rasa_project.faq_book import FaqBook, MaskedVectors, is_valid
from rasa_project.faq_examples import SHIPPED, read_examples
from rasa_project.faq_threshold import FaqThreshold, Questions
from rasa_project.language.slang import plain
from rasa_project.product_mask import Masked, mask_products
from rasa_project.sentence_vector import ENCODER_FEATURE, sentence_vector
from rasa_project.snapshots import FAQ, LEXICON, LiveFile, snapshot_path
from recsys.embedding import default_encoder
from recsys.embedding.phrases import PhraseHit, PhraseIndex
from recsys.embedding.text import normalise

logger = logging.getLogger(__name__)

NOISE_FILE, THRESHOLD_FILE = "noise.npz", "faq.json"
# Entries looked at before the same phrase of several products is counted once.
SEARCHED = 40
# Share of phrases come or gone from which the threshold is measured again.
REMEASURED = 0.05
PRODUCT = "product"


@dataclass(frozen=True)
class Searchable:
    """A snapshot made ready, and the threshold that was measured on it."""

    book: FaqBook
    threshold: FaqThreshold


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FaqMatcher(GraphComponent):
    """Sets "faq" on each message. A missing or foreign snapshot gives no candidates."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """All settings; what each means stands in docs/understanding.md."""
        return {
            "featurizer": ENCODER_FEATURE,
            "candidates": 5,
            "same_phrase": 20,
            "wrong_answer_cost": 1.0,
            "floor": 0.3,
            "noise_intents": ["chitchat", "out_of_scope", "spam", "greet", "complaint"],
            "noise_sample": 120,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["numpy"]

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse unknown keys and impossible values."""
        check_config(cls, config)
        full = {**cls.get_default_config(), **config}
        check_number(cls, full, "candidates", 1, 100)
        check_number(cls, full, "same_phrase", 1, 1000)
        check_number(cls, full, "wrong_answer_cost", 0, 100)
        check_number(cls, full, "floor", 0, 1)
        check_number(cls, full, "noise_sample", 0, 10_000)
        check_names(cls, full, "noise_intents")

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """What is measured, and how, lies in files that Rasa's training cache does not look at."""
        measuring = (Path(faq_threshold.__file__), Path(faq_examples.__file__), SHIPPED)
        content = b"".join(path.read_bytes() for path in measuring)
        return hashlib.sha256(content + default_encoder().fingerprint.encode()).hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FaqMatcher:
        """An untrained matcher."""
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
    ) -> FaqMatcher:
        """The matcher with its trained threshold and noise; reads the snapshot at once."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            stored = json.loads((folder / THRESHOLD_FILE).read_text(encoding="utf-8"))
            with np.load(folder / NOISE_FILE, allow_pickle=False) as arrays:
                component._noise = Questions(tuple(stored["noise"]), arrays["vectors"])
        component._trained = FaqThreshold(**stored["threshold"])
        component._current()
        return component

    def __init__(
        self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._trained = FaqThreshold(faq_threshold.HIGHEST, faq_threshold.HIGHEST)
        self._noise = Questions((), np.zeros((0, 0), np.float32))
        self._vectors = MaskedVectors(default_encoder())
        self._index: LiveFile[PhraseIndex | None] = LiveFile(
            snapshot_path(FAQ), PhraseIndex.load, None
        )
        self._finder = LiveFile(snapshot_path(LEXICON), read_finder, ProductFinder(()))
        self._measured_at: tuple[int, FaqThreshold | None] = (0, None)
        self._made_of: tuple[PhraseIndex | None, ProductFinder] | None = None
        self._searchable: Searchable | None = None

    def train(self, training_data: TrainingData) -> Resource:
        """Measure the threshold for any FAQ, and keep chatter to measure the shop's own with."""
        examples = [
            (message, vector)
            for message in training_data.intent_examples
            if message.get(TEXT)
            and message.get(INTENT) in self._config["noise_intents"]
            and (vector := sentence_vector(message, self._config["featurizer"])) is not None
        ]
        step = max(1, len(examples) // max(1, self._config["noise_sample"]))
        self._noise = _questions(examples[::step][: self._config["noise_sample"]])
        self._trained = self._measured()
        self._persist()
        return self._resource

    def _measured(self) -> FaqThreshold:
        encoder = default_encoder()
        examples = read_examples(SHIPPED, lambda text: plain(text) not in encoder.tuned)

        def encoded(texts: Iterable[str]) -> Questions:
            kept = tuple(texts)
            return Questions(kept, encoder.encode([plain(text) for text in kept]))

        none = encoded(examples.none)
        vectors = [part.vectors for part in (none, self._noise) if len(part.texts)]
        noise = Questions(
            none.texts + self._noise.texts,
            np.concatenate(vectors) if vectors else none.vectors,
        )
        return faq_threshold.trained_threshold(
            encoded(text for _, text in examples.standards),
            encoded(text for _, text in examples.asked),
            ([group for group, _ in examples.standards], [group for group, _ in examples.asked]),
            noise,
            (encoder.fingerprint, encoder.settings.unrelated),
            self._config["wrong_answer_cost"],
        )

    def _persist(self) -> None:
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / NOISE_FILE, vectors=self._noise.vectors)
            content = {"threshold": asdict(self._trained), "noise": self._noise.texts}
            text = json.dumps(content, ensure_ascii=False)
            (folder / THRESHOLD_FILE).write_text(text, encoding="utf-8")

    def _current(self) -> Searchable | None:
        """The FAQ and the lexicon as they are now; made ready anew when either was published."""
        index, finder = self._index.content(), self._finder.content()
        if self._made_of is None or (index, finder) != self._made_of:
            self._made_of = index, finder
            self._searchable = self._prepare(index, finder)
        return self._searchable

    def _prepare(self, index: PhraseIndex | None, finder: ProductFinder) -> Searchable | None:
        if index is None:
            return None
        if index.encoder != self._vectors.encoder.fingerprint:
            logger.error("the FAQ snapshot was made with another encoder; publish the FAQ again")
            return None
        book = FaqBook(index, finder, self._vectors)
        return Searchable(book, self._threshold(book.index))

    def _threshold(self, index: PhraseIndex) -> FaqThreshold:
        """Measured anew when the FAQ has grown or shrunk by a twentieth: one phrase more or
        less moves no threshold, and measuring takes half a second that a viewer would wait.
        """
        size, measured = self._measured_at
        if measured is None or abs(len(index) - size) > size * REMEASURED:
            cost = self._config["wrong_answer_cost"]
            measured = faq_threshold.threshold_for(index, self._noise, self._trained, cost)
            self._measured_at = len(index), measured
        return measured

    def process(self, messages: list[Message]) -> list[Message]:
        """Set "faq": exact hit, threshold, candidates in order, and whether one is accepted."""
        live = self._current()
        now = datetime.now(timezone.utc)
        for message in messages:
            hits = self._search(live.book, message) if live else []
            valid = [hit for hit in hits if is_valid(hit, now)]
            threshold = live.threshold if live else self._trained
            message.set("faq", self._result(valid, threshold), add_to_output=True)
        return messages

    def _search(self, book: FaqBook, message: Message) -> list[PhraseHit]:
        vector = sentence_vector(message, self._config["featurizer"])
        text = message.get(TEXT)
        if vector is None or not text:
            return []
        masked = Masked(text, frozenset())
        if any(entity.get("entity") == PRODUCT for entity in message.get(ENTITIES) or ()):
            masked = mask_products(text, book.finder)
        if masked.text != text:
            # Only a comment that names a product is encoded once more, without the name.
            vector = self._vectors.encoder.encode([plain(masked.text)])[0]
        return book.search(masked, vector, text, SEARCHED)

    def _result(self, hits: list[PhraseHit], threshold: FaqThreshold) -> dict[str, Any]:
        exact = next((hit.faq_id for hit in hits if hit.exact), None)
        shown = self._shown(hits)
        best = shown[0].score if shown else 0.0
        return {
            "exact": exact,
            "threshold": threshold.accept,
            "clear_threshold": threshold.clear,
            "candidates": [_candidate(hit) for hit in shown],
            "accepted": bool(exact) or best >= threshold.accept,
        }

    def _shown(self, hits: list[PhraseHit]) -> list[PhraseHit]:
        """The best different phrases; one phrase taught for many products counts once.

        Which product is in question is known to the actions alone, so all of them are kept.
        """
        phrases: set[str] = set()
        shown: list[PhraseHit] = []
        for hit in hits:
            phrase = normalise(hit.phrase)
            is_new = phrase not in phrases
            if hit.score < self._config["floor"] or len(shown) >= self._config["same_phrase"]:
                break
            if is_new and len(phrases) >= self._config["candidates"]:
                continue
            phrases.add(phrase)
            shown.append(hit)
        return shown


def _questions(examples: Iterable[tuple[Message, Any]]) -> Questions:
    pairs = list(examples)
    vectors = np.stack([vector for _, vector in pairs]) if pairs else np.zeros((0, 0), np.float32)
    return Questions(tuple(message.get(TEXT) for message, _ in pairs), vectors)


def _candidate(hit: PhraseHit) -> dict[str, Any]:
    return {
        "faq_id": hit.faq_id,
        "phrase": hit.phrase,
        "score": round(hit.score, 4),
        "sku": hit.sku,
        "valid_from": hit.valid_from,
        "valid_to": hit.valid_to,
    }
