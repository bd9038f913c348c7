"""LiveEntityExtractor: entities by rule, products by the shop's lexicon."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    ENTITY_ATTRIBUTE_VALUE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from rasa_project.component_config import check_config
from rasa_project.entities.find import find_entities
from rasa_project.entities.mention import Mention
from rasa_project.entities.products import ProductFinder, read_finder
from rasa_project.language.fold import Folded, fold
from rasa_project.snapshots import LEXICON, LiveFile, snapshot_path


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LiveEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Finds the entities of the contract in the text as it came."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings: what counts as a height or a budget is not a matter of taste."""
        return {}

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that must be importable."""
        return ["rapidfuzz", "pypinyin"]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LiveEntityExtractor:
        """An extractor; nothing is trained."""
        check_config(cls, config)
        return cls()

    def __init__(self) -> None:
        """Read the lexicon now, not at the first viewer's comment."""
        self._products = LiveFile(snapshot_path(LEXICON), read_finder, ProductFinder(()))
        self._products.content()

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the entities of each message."""
        products = self._products.content()
        for message in messages:
            folded = fold(message.get(TEXT) or "")
            found = [_entity(mention, folded) for mention in find_entities(folded.text, products)]
            entities = message.get(ENTITIES, []) + self.add_extractor_name(found)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _entity(mention: Mention, folded: Folded) -> dict[str, Any]:
    start, end = folded.span(mention.start, mention.end)
    entity: dict[str, Any] = {
        ENTITY_ATTRIBUTE_TYPE: mention.entity,
        ENTITY_ATTRIBUTE_VALUE: mention.value,
        ENTITY_ATTRIBUTE_START: start,
        ENTITY_ATTRIBUTE_END: end,
    }
    if mention.role:
        entity[ENTITY_ATTRIBUTE_ROLE] = mention.role
    if mention.candidates:
        entity["candidates"] = list(mention.candidates)
    return entity
