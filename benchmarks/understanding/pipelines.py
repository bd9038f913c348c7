"""The pipelines compared: the project's own, and the one that stock Rasa starts with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

Config = dict[str, Any]

# These answer from the shop's FAQ; a labelled file has none.
NOT_INTENT = frozenset(
    {"rasa_project.nlu.faq_matcher.FaqMatcher", "rasa_project.nlu.answer_gate.AnswerGate"}
)
EPOCHS = 100


def our_config(root: Path) -> Config:
    """The understanding part of config.yml, with the settings that stand there."""
    config: Config = yaml.safe_load((root / "config.yml").read_text("utf-8"))
    pipeline = [part for part in config["pipeline"] if part["name"] not in NOT_INTENT]
    kept = {key: value for key, value in config.items() if key != "policies"}
    return {**kept, "pipeline": pipeline}


def stock_config(texts: Sequence[str], seed: int) -> Config:
    """The pipeline of `rasa init` for intents alone, with a tokenizer fit for the texts."""
    latin = mostly_latin(texts)
    return {
        "recipe": "default.v1",
        "assistant_id": "stock",
        "language": "en" if latin else "zh",
        "pipeline": [
            {"name": "WhitespaceTokenizer" if latin else "JiebaTokenizer"},
            {"name": "RegexFeaturizer"},
            {"name": "CountVectorsFeaturizer"},
            {
                "name": "CountVectorsFeaturizer",
                "analyzer": "char_wb",
                "min_ngram": 1,
                "max_ngram": 4,
            },
            {
                "name": "DIETClassifier",
                "epochs": EPOCHS,
                "constrain_similarities": True,
                "random_seed": seed,
            },
            {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
        ],
    }


def mostly_latin(texts: Sequence[str]) -> bool:
    """Whether more than half of the letters are Latin."""
    letters = [character for text in texts for character in text if character.isalpha()]
    # U+0250 is where Latin with its accents ends.
    return 2 * sum(character < "\u0250" for character in letters) > len(letters)
