"""EncoderFeaturizer: the shop's sentence encoder as a dense sentence feature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rasa_project.component_config import check_config
from rasa_project.language.slang import plain
from rasa_project.sentence_vector import ENCODER_FEATURE
from rasa_project.snapshots import var_folder
from rasa_project.vector_cache import Vectors, encode_cached
from recsys.embedding import default_encoder

Encode = Callable[[Sequence[str]], Vectors]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class EncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Encodes each comment, written out in plain Chinese, once; any classifier may use it."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The alias names the feature for the components that look for this one."""
        return {FEATURIZER_CLASS_ALIAS: ENCODER_FEATURE}

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["onnxruntime", "tokenizers"]

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another encoder gives other vectors: Rasa's training cache must not serve old ones."""
        return default_encoder().fingerprint

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse unknown keys."""
        check_config(cls, config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EncoderFeaturizer:
        """A featurizer; raises EncoderMissing when the encoder is not built."""
        return cls({**cls.get_default_config(), **config}, execution_context.node_name)

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Load the encoder now, not at the first viewer's comment."""
        super().__init__(name, config)
        self._encoder = default_encoder()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the sentence vector of each message that has a text."""
        return self._featurize(messages, self._encoder.encode)

    def _featurize(self, messages: list[Message], encode: Encode) -> list[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        if not spoken:
            return messages
        vectors = encode([plain(message.get(TEXT)) for message in spoken])
        for message, vector in zip(spoken, vectors, strict=True):
            message.add_features(
                Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier)
            )
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the sentence vectors of the training comments; those known already are kept."""
        folder = var_folder() / "cache"
        self._featurize(
            training_data.training_examples,
            lambda texts: encode_cached(self._encoder, texts, folder),
        )
        return training_data
