"""The triage model: four logistic regressions over hashed characters, predicted in batches."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from web.rooms.triage import rules
from web.rooms.triage.features import COLUMNS, VERSION, essence, sigmoid, vectors

QUESTION, BUYING, CHATTER, SPAM = "question", "buying", "chatter", "spam"
CLASSES = (QUESTION, BUYING, CHATTER, SPAM)


class TriageMissing(Exception):
    """There is no triage model, or it is not one of ours: run `python -m web.jobs.triage`."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comment is; `sure` when a question is likely enough to bother the host with it."""

    kind: str
    probability: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the model was made from, and how it did on texts it had not seen."""

    sources: str = ""
    threshold: float = 0.5
    sure: float = 0.5
    measured: dict[str, float] = field(default_factory=dict)
    version: int = VERSION


class TriageModel:
    """Judges texts; `weights` is [classes, COLUMNS], `bias` [classes], in the order of CLASSES."""

    def __init__(
        self, weights: NDArray[np.float32], bias: NDArray[np.float32], facts: Facts
    ) -> None:
        if weights.shape != (len(CLASSES), COLUMNS) or bias.shape != (len(CLASSES),):
            raise TriageMissing(f"weights of shape {weights.shape} are not a triage model")
        self._weights, self._bias = weights, bias
        self.facts = facts

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Of each class for each text, [texts, classes]; each in 0..1, not summing to 1."""
        return sigmoid(np.asarray(vectors(texts) @ self._weights.T + self._bias))

    def judge(self, texts: Sequence[str]) -> list[Judgement]:
        """One judgement a text; a text is passed as a question when in doubt."""
        rows = self.probabilities(texts)
        return [self._judge(text, row) for text, row in zip(texts, rows, strict=True)]

    def _judge(self, text: str, row: NDArray[np.float32]) -> Judgement:
        probability = float(row[0])
        ruled_out = rules.never_pass(essence(text))
        if ruled_out is not None:
            return Judgement(ruled_out, 0.0, sure=False)
        if rules.always_pass(text):
            return Judgement(QUESTION, max(probability, self.facts.sure), sure=True)
        if probability >= self.facts.threshold:
            return Judgement(QUESTION, probability, sure=probability >= self.facts.sure)
        return Judgement(CLASSES[1 + int(row[1:].argmax())], probability, sure=False)

    def save(self, folder: Path) -> None:
        """Write `triage.npz` and `triage.json`, each replaced in one step."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "triage.npz.tmp").open("wb") as file:
            np.savez_compressed(file, weights=self._weights, bias=self._bias)
        (folder / "triage.npz.tmp").replace(folder / "triage.npz")
        facts = json.dumps(asdict(self.facts), indent=1)
        (folder / "triage.json.tmp").write_text(facts, "utf-8")
        (folder / "triage.json.tmp").replace(folder / "triage.json")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Raises TriageMissing."""
        try:
            with np.load(folder / "triage.npz", allow_pickle=False) as arrays:
                weights, bias = arrays["weights"], arrays["bias"]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise TriageMissing(f"no triage model in {folder}: {error}") from error
        return cls(weights, bias, read_facts(folder))


def read_facts(folder: Path) -> Facts:
    """What is known of the model in this folder. Raises TriageMissing."""
    try:
        stored: dict[str, Any] = json.loads((folder / "triage.json").read_text("utf-8"))
        facts = Facts(**stored)
    except (OSError, ValueError, TypeError) as error:
        raise TriageMissing(f"no triage model in {folder}: {error}") from error
    if facts.version != VERSION:
        raise TriageMissing(f"the triage model in {folder} was made from other features")
    return facts
