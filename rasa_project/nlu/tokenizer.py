"""LiveTokenizer: words of a live-room comment, the shop's product names kept whole."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from rasa_project.component_config import check_config
from rasa_project.entities.lexicon import read_products, squeeze
from rasa_project.language.fold import fold
from rasa_project.language.words import segmenter
from rasa_project.snapshots import LEXICON, LiveFile, snapshot_path


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LiveTokenizer(Tokenizer):
    """Segments the folded text (NFKC, simplified) and gives offsets of the original one.

    Product names come from the lexicon snapshot, both in training and live: naming a new
    product needs no new model.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own tokenizer keys; a comment needs none of them changed."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["jieba"]

    @staticmethod
    def supported_languages() -> list[str] | None:
        """Chinese, by Rasa's name for it."""
        return ["zh"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LiveTokenizer:
        """A tokenizer; nothing is trained."""
        check_config(cls, config)
        return cls({**cls.get_default_config(), **config})

    def __init__(self, config: dict[str, Any]) -> None:
        """Load the dictionary now, not at the first viewer's comment."""
        super().__init__(config)
        self._words = segmenter()
        self._names = LiveFile(snapshot_path(LEXICON), self._learn_names, None)

    def _learn_names(self, path: Any) -> None:
        for product in read_products(path):
            names = (squeeze(fold(name).text) for name in (product.name, *product.aliases))
            self._words.add(names)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Words without blanks; start and end refer to the text as it came."""
        self._names.content()
        folded = fold(message.get(attribute))
        tokens = []
        for word, start in self._words.cut(folded.text):
            begin, end = folded.span(start, start + len(word))
            tokens.append(Token(word, begin, end))
        return self._apply_token_pattern(tokens)
