"""The training comments: enough, varied, and no comment under two labels."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml

from actions.names import INTENTS
from recsys.embedding.text import normalise

ROOT = Path(__file__).resolve().parents[2]
NLU = ROOT / "data" / "nlu"
HELD_OUT = ROOT / "benchmarks" / "data" / "live_comments.csv"
FRESH = "fresh.yml"
LEAST, LEAST_FRESH, LEAST_HELD_OUT = 200, 15, 15


@cache
def comments(pattern: str = "*.yml") -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(NLU.glob(pattern)):
        for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = block["examples"].splitlines()
            found[block["intent"]] += [line.removeprefix("- ").strip() for line in lines if line]
    return dict(found)


def bare(text: str) -> str:
    """Letters and digits only: blanks, punctuation and emoji make no two comments different."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LN")


def bigrams(text: str) -> frozenset[str]:
    text = bare(text)
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def overlapping(texts: list[str], limit: float = 0.5) -> list[tuple[str, str]]:
    """Pairs whose bigrams overlap by `limit`: Dice, 2|A∩B| / (|A| + |B|).

    An inverted index keeps this from comparing every pair; a comment of one character has no
    bigram and overlaps nothing.
    """
    sets = [bigrams(text) for text in texts]
    holders: dict[str, list[int]] = defaultdict(list)
    pairs = []
    for i, grams in enumerate(sets):
        shared: dict[int, int] = defaultdict(int)
        for gram in grams:
            for j in holders[gram]:
                shared[j] += 1
            holders[gram].append(i)
        pairs += [
            (texts[j], texts[i])
            for j, common in shared.items()
            if 2 * common >= limit * (len(grams) + len(sets[j]))
        ]
    return pairs


def test_every_intent_has_its_comments() -> None:
    found = comments()
    assert set(found) == set(INTENTS)
    few = {intent: len(texts) for intent, texts in found.items() if len(texts) < LEAST}
    assert not few, f"fewer than {LEAST} comments: {few}"


def test_the_comments_that_thresholds_are_measured_on_cover_every_intent() -> None:
    fresh = comments(FRESH)
    assert set(fresh) == set(INTENTS)
    assert min(len(texts) for texts in fresh.values()) >= LEAST_FRESH


def test_held_out_comments_are_enough_and_in_no_training_data() -> None:
    with HELD_OUT.open(encoding="utf-8", newline="") as file:
        held_out = [(row["text"], row["intent"]) for row in csv.DictReader(file)]
    counts = Counter(intent for _, intent in held_out)
    assert set(counts) == set(INTENTS)
    assert min(counts.values()) >= LEAST_HELD_OUT
    # Signs count here: "1" and "1?" are different comments.
    known = {text.lower() for texts in comments().values() for text in texts}
    assert not [text for text, _ in held_out if text.lower() in known]


@pytest.mark.parametrize("intent", INTENTS)
def test_no_two_comments_of_an_intent_overlap_by_half(intent: str) -> None:
    pairs = overlapping(comments()[intent])
    assert not pairs, f"{intent}: {pairs[:5]}"


def test_no_comment_has_two_labels() -> None:
    labels: dict[str, set[str]] = defaultdict(set)
    for intent, texts in comments().items():
        for text in texts:
            # Marks are kept: "1" and "1?" are different comments.
            labels[unicodedata.normalize("NFKC", text).lower().strip()].add(intent)
    twice = {text: found for text, found in labels.items() if len(found) > 1}
    assert not twice, twice


def test_no_comment_can_inject_an_intent_or_an_entity() -> None:
    bad = [
        text
        for texts in comments().values()
        for text in texts
        if text.lstrip().startswith(("/", "／")) or re.search(r"\[.+\]\(.+\)", text)
    ]
    assert not bad, bad


def test_every_comment_says_something() -> None:
    """Of dots and commas alone nothing is left once a comment is normalised."""
    silent = [text for texts in comments().values() for text in texts if not normalise(text)]
    assert not silent, silent


def test_the_overlap_test_itself_refuses_a_near_copy() -> None:
    assert overlapping(["三号链接多少钱", "三号链接 多少钱呀！"])
    assert not overlapping(["三号链接多少钱", "这条裙子咋卖的嘛"])
