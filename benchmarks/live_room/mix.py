"""The comments of a busy room: real chatter, and shop questions that come again and again.

Questions are drawn by Zipf's law from a shuffled pool (rank r with weight 1/r), as a room asks:
a few things all the time, most things once. Each is asked by one of ten thousand viewers.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from web.jobs import recording
from web.jobs.recording import BadRecording, OnAir, Said

ROOT = Path(__file__).resolve().parents[2]
RECORDING = ROOT / "data/demo_shop/room.jsonl"
LABELS = ROOT / "data/demo_shop/room_labels.csv"
COMMENTS = ROOT / "benchmarks/data/live_comments.csv"
VIEWERS = 10_000
QUESTION = "question"
# Labels of DESIGN §6 that are nothing to answer in a room.
NOT_ASKED = frozenset(
    {"buy_intent", "greet", "thanks", "goodbye", "affirm", "deny", "inform", "chitchat", "spam",
     "out_of_scope"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One comment of the load; `asks` when it is a labelled question."""

    text: str
    viewer: str
    asks: bool


@dataclass(frozen=True)
class Pool:
    """What is said in the room: questions with a label, and chatter without."""

    questions: tuple[str, ...]
    chatter: tuple[str, ...]


def read_pool(questions: Path | None, noise: Path | None) -> Pool:
    """From a file `text,intent` and one `user_hash,text`; without them, the shipped comments.

    Raises BadRecording (a file of the wrong form), OSError.
    """
    asked, other = _labelled(questions) if questions else _shipped()
    chatter = [text for _, text in recording.read_noise(noise)] if noise else other
    asked, chatter = _spoken(asked), _spoken(chatter)
    if not asked or not chatter:
        raise BadRecording("needs at least one question and one comment of chatter")
    return Pool(tuple(dict.fromkeys(asked)), tuple(chatter))


def on_air() -> list[str]:
    """What the recorded demo room shows, in its order."""
    _, entries = recording.read(RECORDING)
    return [entry.sku for entry in entries if isinstance(entry, OnAir)]


def stream(pool: Pool, share: float, seed: int) -> Iterator[Line]:
    """Comments without end; `share` of them questions. One seed, one stream."""
    chance = random.Random(seed)
    questions = list(pool.questions)
    chance.shuffle(questions)
    weights = list(accumulate(1 / rank for rank in range(1, len(questions) + 1)))
    while True:
        asks = chance.random() < share
        text = (
            chance.choices(questions, cum_weights=weights)[0]
            if asks
            else chance.choice(pool.chatter)
        )
        yield Line(text, f"v{chance.randrange(VIEWERS)}", asks)


def _shipped() -> tuple[list[str], list[str]]:
    """The recorded demo room and the held-out hard comments: neither was trained on."""
    labels = recording.read_labels(LABELS)
    _, entries = recording.read(RECORDING)
    asked, other = _labelled(COMMENTS)
    for entry in entries:
        if isinstance(entry, Said):
            is_question = labels[entry.id].kind == QUESTION
            (asked if is_question else other).append(entry.text)
    return asked, other


def _labelled(path: Path) -> tuple[list[str], list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not {"text", "intent"} <= set(rows.fieldnames or ()):
            raise BadRecording(f"{path}:1: needs the columns text and intent")
        pairs = [(row["text"] or "", row["intent"] or "") for row in rows]
    asked = [text for text, intent in pairs if intent not in NOT_ASKED]
    return asked, [text for text, intent in pairs if intent in NOT_ASKED]


def _spoken(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if text.strip() and len(text) <= 500]
