"""Tunes the sentence encoder on labelled comments and FAQ paraphrases.

Three losses, taken together: cross-entropy of a linear head over the intents (thrown away
afterwards: the classifier that serves is fitted on the vectors anew); contrast between wordings
of one FAQ question and those of others in the batch (van den Oord et al. 2018, InfoNCE); and
nearness to the untuned encoder on texts that are neither, so that products are still found by
what they are. Whole matrices are learnt: low-rank updates (Hu et al. 2021, LoRA, rank 32) took
two thirds longer a step here and had learnt far less after as many.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertModel

from recsys.embedding.deltas import add_deltas, write_deltas

MAX_TOKENS = 64
# Batches are cut from so many at once, sorted by length, so that little is padding.
SORTED_BATCHES = 16
# In half precision a step takes half as long where the processor has instructions for it, and
# thirteen times as long where it has not.
HALF_PRECISION = torch.backends.cpu.get_cpu_capability().startswith("AVX512")


@dataclass(frozen=True, slots=True)
class TuneSettings:
    """How long and how hard; the defaults are those of the shipped tuning."""

    epochs: float = 4.0
    batch: int = 32
    rate: float = 2e-4
    head_rate: float = 2e-3
    label_smoothing: float = 0.05
    faq_every: int = 4
    faq_groups: int = 24
    faq_temperature: float = 0.05
    anchor_weight: float = 4.0
    anchor_every: int = 2
    anchor_batch: int = 24
    first_layer: int = 3  # those below, and the embeddings, stay
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Lessons:
    """What to learn from; every text already written out as the encoder will meet it.

    `comments` are queries with their label, `groups` wordings of one question each, `anchors`
    texts with their prefix, whose vectors are to stay as they are.
    """

    comments: Sequence[tuple[str, str]]
    groups: Sequence[Sequence[str]]
    anchors: Sequence[str]


Report = Callable[[int, int, float], None]
Ids = list[int]


class Tuner:
    """The model, its tokenizer and the optimiser of one run."""

    def __init__(
        self,
        folder: Path,
        lessons: Lessons,
        prefix: str,
        settings: TuneSettings,
        start: Path | None,
    ) -> None:
        torch.manual_seed(settings.seed)
        self._random = random.Random(settings.seed)
        self._settings = settings
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._model: Any = BertModel.from_pretrained(folder, add_pooling_layer=False)
        self._before = {name: weight.clone() for name, weight in self._model.state_dict().items()}
        _hold_still(self._model, settings.first_layer)
        self._comments = self._ids([prefix + text for text, _ in lessons.comments])
        names = sorted({label for _, label in lessons.comments})
        self._labels = [names.index(label) for _, label in lessons.comments]
        self._groups = [self._ids([prefix + text for text in group]) for group in lessons.groups]
        self._anchors = self._ids(lessons.anchors)
        self._kept = self._untouched(self._anchors)
        self._head = torch.nn.Linear(self._model.config.hidden_size, len(names))
        if start is not None:
            self._model.load_state_dict(add_deltas(self._before, start))

    def run(self, report: Report) -> None:
        """All epochs; `report` gets the step, of how many, and the mean loss since the last."""
        settings = self._settings
        steps = math.ceil(settings.epochs * len(self._comments) / settings.batch)
        optimiser, schedule = self._optimiser(steps)
        self._model.train()
        batches, losses = self._batches(), []
        for step in range(steps):
            loss = self._loss(next(batches), step)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
            if (step + 1) % 50 == 0 or step + 1 == steps:
                report(step + 1, steps, sum(losses) / len(losses))
                losses = []

    def save(self, path: Path) -> None:
        """What was learnt, as differences from the model that was loaded."""
        write_deltas(self._before, self._model.state_dict(), path)

    def _optimiser(self, steps: int) -> tuple[torch.optim.Optimizer, Any]:
        learning = [weight for weight in self._model.parameters() if weight.requires_grad]
        optimiser = torch.optim.AdamW(
            [
                {"params": learning, "lr": self._settings.rate},
                {"params": list(self._head.parameters()), "lr": self._settings.head_rate},
            ],
            weight_decay=0.01,
        )
        warm = max(1.0, 0.06 * steps)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min(1.0, step / warm) * max(0.0, 1.0 - step / steps)
        )
        return optimiser, schedule

    def _loss(self, rows: Sequence[int], step: int) -> torch.Tensor:
        settings = self._settings
        vectors = self._embed([self._comments[row] for row in rows])
        scores = self._head(functional.dropout(vectors, 0.1))
        truth = torch.tensor([self._labels[row] for row in rows])
        loss = functional.cross_entropy(scores, truth, label_smoothing=settings.label_smoothing)
        if self._groups and step % settings.faq_every == 0:
            loss = loss + self._faq_loss()
        if self._anchors and step % settings.anchor_every == 0:
            loss = loss + settings.anchor_weight * self._anchor_loss()
        return loss

    def _faq_loss(self) -> torch.Tensor:
        """Two wordings of each of some questions: each finds its twin among all of them."""
        settings = self._settings
        chosen = self._random.sample(self._groups, min(settings.faq_groups, len(self._groups)))
        pairs = [self._random.sample(group, 2) for group in chosen]
        texts = [first for first, _ in pairs] + [second for _, second in pairs]
        vectors = functional.normalize(self._embed(texts), dim=1)
        likeness = vectors[: len(pairs)] @ vectors[len(pairs) :].T / settings.faq_temperature
        truth = torch.arange(len(pairs))
        both = functional.cross_entropy(likeness, truth) + functional.cross_entropy(
            likeness.T, truth
        )
        return both / 2

    def _anchor_loss(self) -> torch.Tensor:
        """How far some other texts have moved: 1 - cosine."""
        count = min(self._settings.anchor_batch, len(self._anchors))
        rows = self._random.sample(range(len(self._anchors)), count)
        moved = self._embed([self._anchors[row] for row in rows])
        return (1.0 - functional.cosine_similarity(moved, self._kept[rows])).mean()

    def _embed(self, texts: Sequence[Ids]) -> torch.Tensor:
        ids, mask = _padded(texts)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF_PRECISION):
            states = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).float()
        mean: torch.Tensor = (states.float() * weight).sum(1) / weight.sum(1)
        return mean

    @torch.no_grad()
    def _untouched(self, texts: Sequence[Ids]) -> torch.Tensor:
        """Vectors of the model as it came."""
        self._model.eval()
        parts = [self._embed(texts[start : start + 32]) for start in range(0, len(texts), 32)]
        return torch.cat(parts) if parts else torch.zeros(0)

    def _batches(self) -> Iterator[list[int]]:
        size = self._settings.batch
        while True:
            order = list(range(len(self._comments)))
            self._random.shuffle(order)
            for start in range(0, len(order), size * SORTED_BATCHES):
                part = order[start : start + size * SORTED_BATCHES]
                part.sort(key=lambda row: len(self._comments[row]))
                cut = [part[at : at + size] for at in range(0, len(part), size)]
                self._random.shuffle(cut)
                yield from cut

    def _ids(self, texts: Sequence[str]) -> list[Ids]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]


def tune(
    folder: Path,
    target: Path,
    lessons: Lessons,
    prefix: str,
    settings: TuneSettings,
    report: Report,
    start: Path | None = None,
) -> None:
    """Tune the sentence-transformers BERT in `folder`; write the differences to the file `target`.

    `prefix` is what the encoder puts before a query; `start` are differences to go on from.
    Raises ValueError without comments, DeltasUnreadable for a `start` that does not fit.
    """
    if not lessons.comments:
        raise ValueError("no labelled comments to tune on")
    tuner = Tuner(folder, lessons, prefix, settings, start)
    tuner.run(report)
    tuner.save(target)


def _hold_still(model: Any, first_layer: int) -> None:
    """Embeddings and the layers below `first_layer` learn nothing."""
    still = [model.embeddings, *model.encoder.layer[:first_layer]]
    for part in still:
        for weight in part.parameters():
            weight.requires_grad = False


def _padded(texts: Sequence[Ids]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, texts))
    ids = torch.ones((len(texts), longest), dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, pieces in enumerate(texts):
        ids[row, : len(pieces)] = torch.tensor(pieces)
        mask[row, : len(pieces)] = 1
    return ids, mask
