"""Thresholds of the FAQ, on vectors whose answer the eye can see."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rasa_project.faq_examples import read_examples
from rasa_project.faq_threshold import (
    HIGHEST,
    FaqThreshold,
    Questions,
    threshold_for,
    trained_threshold,
)
from recsys.embedding.phrases import PhraseColumns, PhraseIndex

ENTRIES, PHRASES = 20, 4
TRAINED = FaqThreshold(0.77, 0.88)
NO_NOISE = Questions((), np.zeros((0, ENTRIES + 1), np.float32))


def unit(*weights: float) -> np.ndarray:
    vector = np.zeros(ENTRIES + 1, np.float32)
    vector[: len(weights)] = weights
    return vector / np.linalg.norm(vector)


def faq(per_entry: int = PHRASES) -> PhraseIndex:
    """Every entry has a direction of its own; its phrases lie a little beside it."""
    generator = np.random.default_rng(3)
    vectors, ids = [], []
    for entry in range(ENTRIES):
        for _ in range(per_entry):
            vector = np.zeros(ENTRIES + 1, np.float32)
            vector[entry] = 1.0
            vector += generator.normal(scale=0.08, size=ENTRIES + 1)
            vectors.append(vector / np.linalg.norm(vector))
            ids.append(f"F{entry}")
    texts = tuple(f"{n}" for n in range(len(ids)))
    none = ("",) * len(ids)
    columns = PhraseColumns(texts, tuple(ids), none, none, none)
    return PhraseIndex(columns, np.array(vectors, np.float32), "e", 0.0)


def test_a_threshold_lies_between_right_answers_and_chatter() -> None:
    noise = Questions(("x", "y"), np.stack([unit(1, 1, 1, 1, 1), unit(0, 1, 1, 1, 1, 1)]))
    found = threshold_for(faq(), noise, TRAINED, 1.0)
    assert 0.5 < found.accept < 0.95
    assert found.accept <= found.clear


def test_a_faq_too_small_to_measure_gets_the_trained_threshold() -> None:
    assert threshold_for(faq(per_entry=1), NO_NOISE, TRAINED, 1.0) == TRAINED


def test_without_examples_nothing_but_exact_phrases_is_accepted() -> None:
    empty = Questions((), np.zeros((0, 4), np.float32))
    found = trained_threshold(empty, empty, ([], []), empty, ("e", 0.0), 1.0)
    assert found == FaqThreshold(HIGHEST, HIGHEST)


def test_examples_of_other_shops_stand_for_an_faq() -> None:
    """Each question lies a little beside its standard one; the noise lies between two."""
    standards = faq(per_entry=1)
    asked = faq(per_entry=3)
    noise = Questions(("x",), np.stack([unit(1, 1)]))
    found = trained_threshold(
        Questions(standards.texts, standards.vectors),
        Questions(asked.texts, asked.vectors),
        (standards.faq_ids, asked.faq_ids),
        noise,
        ("e", 0.0),
        1.0,
    )
    assert 0.7 < found.accept < 0.95


def test_examples_that_the_encoder_has_seen_are_left_out(tmp_path: Path) -> None:
    rows = "group,role,text\na,standard,发货\na,paraphrase,见过\na,none,见过二\n"
    rows += "b,standard,退货\nb,paraphrase,新的\nb,none,也新\n"
    (tmp_path / "groups.csv").write_text(rows, "utf-8")
    found = read_examples(tmp_path / "groups.csv", lambda text: text != "见过")
    assert found.standards == (("b", "退货"),)
    assert found.asked == (("b", "新的"),)
    assert found.none == ("也新",)


def test_costlier_mistakes_ask_for_higher_scores() -> None:
    noise = Questions(("x",) * 30, np.stack([unit(1, 0.35 + n / 60) for n in range(30)]))
    cheap, dear = (threshold_for(faq(), noise, TRAINED, cost) for cost in (0.1, 5.0))
    assert cheap.accept <= dear.accept
