"""Training the triage model: `python -m web.jobs.triage`, a few seconds.

The comments of data/nlu are all about a shop, so a model that saw nothing else would take every
strange word for a question. data/triage/chatter.txt is what else is said in live rooms, written
for this; strings of common words drawn from jieba's dictionary stand in for the rest of the
world. No recorded room is needed, and none is trained on.

The threshold is the highest that still passes RECALL of the shop questions in held-out folds.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import itertools
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from shop import settings as shop_settings
from web.jobs import lessons
from web.rooms.triage import rules
from web.rooms.triage.features import VERSION, essence, vectors
from web.rooms.triage.model import CLASSES, QUESTION, Facts, TriageMissing, TriageModel, read_facts

CHATTER_FILE = Path("data/triage/chatter.txt")
RECALL = 0.99
# Of comments that are no questions, this share may still count as surely one.
FALSELY_SURE = 0.15
_CHATTER = frozenset({"greet", "thanks", "goodbye", "affirm", "deny", "chitchat", "out_of_scope"})
_CLASS_OF = {"buy_intent": "buying", "spam": "spam"} | dict.fromkeys(_CHATTER, "chatter")
_WORLD, _WORLD_WEIGHT = 5000, 0.1
_CHATTER_WEIGHT = 2.0  # against a comment of data/nlu: 1 to 3 were tried
_STRENGTH = 30.0  # inverse of regularisation; 2 to 30 were tried, 30 ranked best
_FOLDS = 4
_LAUGHTER = "哈6嘿呵啊w2h牛秀草强爱0好猛8呜嗯"


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Texts to learn from: intents, classes, which are shop questions, features and weights;
    `world` are features of texts about nothing.
    """

    texts: Sequence[str]
    intents: Sequence[str]
    kinds: NDArray[Any]
    asked: NDArray[np.bool_]
    rows: csr_matrix
    weight: NDArray[np.float64]
    world: csr_matrix


def folder(var: Path) -> Path:
    """Where the model lives."""
    return var / "models" / "triage"


def kind_of(intent: str) -> str:
    """The class of an intent; whatever is not listed is a question."""
    return _CLASS_OF.get(intent, QUESTION)


def ensure(var: Path, root: Path) -> Facts:
    """Train unless the model there was made from the same comments and features."""
    sources = fingerprint(root)
    try:
        facts = read_facts(folder(var))
        if facts.sources == sources:
            return facts
    except TriageMissing:
        pass
    texts, intents = read_comments(root / "data" / "nlu")
    model = train(texts, intents, read_chatter(root), sources=sources)
    model.save(folder(var))
    return model.facts


def fingerprint(root: Path) -> str:
    """SHA-256 over the training texts and the version of the features."""
    digest = hashlib.sha256(f"{VERSION} {RECALL} {_WORLD} {_STRENGTH} {_CHATTER_WEIGHT}".encode())
    for path in (*sorted((root / "data" / "nlu").glob("*.yml")), root / CHATTER_FILE):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def read_comments(nlu: Path) -> tuple[list[str], list[str]]:
    """Texts and their intents from Rasa's training files."""
    texts, intents = [], []
    for block in lessons.shipped(nlu):
        said = [line[2:].strip() for line in block["examples"].splitlines() if line.strip()]
        texts += said
        intents += [block["intent"]] * len(said)
    return texts, intents


def read_chatter(root: Path) -> list[str]:
    """What is said in live rooms that no shop need answer, one text a line."""
    lines = (root / CHATTER_FILE).read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip()]


def train(
    texts: Sequence[str], intents: Sequence[str], chatter: Sequence[str], *, sources: str = ""
) -> TriageModel:
    """A model fitted on all texts, its thresholds chosen on held-out ones."""
    began = time.monotonic()
    sample = _sample(texts, intents, chatter)
    unseen = _unseen(sample)
    threshold, sure = _thresholds(sample, unseen)
    weights, bias = zip(*(_fit(sample, sample.kinds == name) for name in CLASSES), strict=True)
    passed, others = _passed(sample.texts, unseen, threshold), sample.kinds != QUESTION
    measured = {
        "held_out_recall": round(float(passed[sample.asked].mean()), 4),
        "held_out_others_passed": round(float(passed[others].mean()), 4),
        "held_out_sure": round(float((unseen >= sure)[sample.asked].mean()), 4),
        "train_s": round(time.monotonic() - began, 1),
    }
    facts = Facts(sources, round(threshold, 4), round(sure, 4), measured)
    return TriageModel(np.stack(weights), np.array(bias, dtype=np.float32), facts)


def _sample(texts: Sequence[str], intents: Sequence[str], chatter: Sequence[str]) -> Sample:
    said, labels = [*texts, *chatter], [*intents, *["chitchat"] * len(chatter)]
    return Sample(
        texts=said,
        intents=labels,
        kinds=np.array([kind_of(intent) for intent in labels]),
        asked=np.array([kind_of(i) == QUESTION and i != "inform" for i in labels]),
        rows=vectors(said),
        weight=np.repeat([1.0, _CHATTER_WEIGHT], [len(texts), len(chatter)]),
        world=vectors(world_texts(_WORLD)),
    )


def world_texts(count: int, seed: int = 7) -> list[str]:
    """Texts about nothing: common words at random, laughter, digits."""
    chance = random.Random(seed)
    words, weights = [], []
    for line in _dictionary().read_text("utf-8").splitlines():
        word, frequency = line.split(" ")[:2]
        if len(word) <= 4 and int(frequency) >= 5:
            words.append(word)
            weights.append(float(frequency) ** 0.6)
    up_to = list(itertools.accumulate(weights))
    lengths = (1, 1, 2, 2, 3, 4, 5)
    return [
        chance.choice(_LAUGHTER) * chance.randint(1, 12)
        if chance.random() < 0.25
        else "".join(chance.choices(words, cum_weights=up_to, k=chance.choice(lengths)))
        for _ in range(count)
    ]


def _dictionary() -> Path:
    # Found, not imported: jieba builds its whole trie for whoever imports it.
    found = importlib.util.find_spec("jieba")
    if found is None or found.origin is None:
        raise FileNotFoundError("jieba is not installed: run `make setup`")
    return Path(found.origin).parent / "dict.txt"


def _fit(
    sample: Sample, positive: NDArray[np.bool_], seen: NDArray[Any] | slice = slice(None)
) -> tuple[NDArray[np.float32], float]:
    world = sample.world
    target = np.concatenate([positive[seen], np.zeros(world.shape[0], np.bool_)])
    weight = np.concatenate([sample.weight[seen], np.full(world.shape[0], _WORLD_WEIGHT)])
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", tol=1e-3)
    model.fit(vstack([sample.rows[seen], world]), target, sample_weight=weight)
    return np.asarray(model.coef_[0], dtype=np.float32), float(model.intercept_[0])


def _unseen(sample: Sample) -> NDArray[np.float64]:
    """The probability of "question" for each text from a model that had not seen it."""
    unseen, questions = np.zeros(len(sample.texts)), sample.kinds == QUESTION
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    for seen, held_out in folds.split(unseen, sample.intents):
        weights, bias = _fit(sample, questions, seen)
        unseen[held_out] = 1 / (1 + np.exp(-(sample.rows[held_out] @ weights + bias)))
    return unseen


def _thresholds(sample: Sample, unseen: NDArray[np.float64]) -> tuple[float, float]:
    # What the rules decide needs no threshold; those they lose count against the recall.
    by_rule = np.array([rules.always_pass(text) for text in sample.texts])
    lost = np.array([rules.never_pass(essence(text)) is not None for text in sample.texts])
    asked = np.sort(np.where(lost, -1.0, np.where(by_rule, 1.0, unseen))[sample.asked])
    threshold = float(asked[int((1 - RECALL) * len(asked))])
    sure = float(np.quantile(unseen[~sample.asked], 1 - FALSELY_SURE))
    return threshold, max(threshold, sure)


def _passed(
    texts: Sequence[str], unseen: NDArray[np.float64], threshold: float
) -> NDArray[np.bool_]:
    judged = [
        (rules.always_pass(text) or probability >= threshold)
        and rules.never_pass(essence(text)) is None
        for text, probability in zip(texts, unseen, strict=True)
    ]
    return np.array(judged)


def main() -> int:
    """Train if needed and say what was measured."""
    root = Path(__file__).resolve().parent.parent.parent
    parser = argparse.ArgumentParser(description="Train the room's triage model.")
    parser.add_argument("--var", type=Path, default=None, help="default: the settings' var folder")
    var = parser.parse_args().var or shop_settings.load().var
    facts = ensure(var, root)
    print(f"triage: threshold {facts.threshold}, sure {facts.sure}, {facts.measured}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
