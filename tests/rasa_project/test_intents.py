"""The classifier's mathematics, on comments whose answer the eye can see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rasa_project.intents.calibration import (
    HeldOut,
    assign_folds,
    best_threshold,
    calibrate,
    hold_out,
)
from rasa_project.intents.kernel import KernelSettings
from rasa_project.intents.model import (
    IntentModel,
    TrainingSettings,
    choose_anchors,
    fit,
    softmax,
)
from rasa_project.intents.ngrams import LARGE, NgramSpace, ngrams
from rasa_project.intents.report import intent_report

SETTINGS = TrainingSettings(rank=50)
PRICE = [f"{thing}多少钱" for thing in "锅碗瓢盆杯盘刀叉"]
STOCK = [f"{thing}还有货吗" for thing in "锅碗瓢盆杯盘刀叉"]
TEXTS = [*PRICE, *STOCK]
LABELS = ["price"] * len(PRICE) + ["stock"] * len(STOCK)


def vectors(n: int, seed: int = 0) -> np.ndarray:
    """Vectors that say nothing: what is learnt then comes from the wording."""
    return np.random.default_rng(seed).normal(size=(n, 6)).astype(np.float32)


def predict(model: IntentModel, text: str, vector: np.ndarray) -> str:
    return model.labels[int(model.logits(vector, text).argmax())]


def test_ngrams() -> None:
    assert list(ngrams("多少钱", 2)) == ["多", "少", "钱", "多少", "少钱"]
    assert list(ngrams("", 4)) == []


def test_a_comment_is_a_unit_vector_and_an_unknown_one_is_nothing() -> None:
    space = NgramSpace.fit(TEXTS, 3)
    _, weights = space.row("锅多少钱钱")
    assert np.linalg.norm(weights) == pytest.approx(1.0)
    assert len(space.row("qwx")[0]) == len(space.row("")[0]) == 0
    assert space.matrix([]).shape == (0, len(space.vocabulary))


def test_wording_is_learnt() -> None:
    model = fit(vectors(len(TEXTS)), TEXTS, LABELS, SETTINGS)
    assert predict(model, "筷子多少钱", vectors(1, 9)[0]) == "price"
    assert predict(model, "筷子还有货吗", vectors(1, 9)[0]) == "stock"


def test_meaning_is_learnt() -> None:
    meaning = vectors(len(TEXTS)) * 0.1
    meaning[: len(PRICE), 0] += 1
    meaning[len(PRICE) :, 0] -= 1
    model = fit(meaning, TEXTS, LABELS, SETTINGS)
    unseen = np.array([1, 0, 0, 0, 0, 0], np.float32)
    assert predict(model, "qwx", unseen) == "price"
    assert predict(model, "qwx", -unseen) == "stock"


@pytest.mark.parametrize("labels", [["one"] * 16, LABELS, [*["c"] * 4, *LABELS[4:]]])
def test_any_number_of_intents(labels: list[str]) -> None:
    model = fit(vectors(len(TEXTS)), TEXTS, labels, SETTINGS)
    assert len(model.logits(vectors(1)[0], "多少钱")) == len(model.labels) == len(set(labels))


def test_no_comments_is_an_error() -> None:
    with pytest.raises(ValueError, match="no training comments"):
        fit(vectors(0), [], [], SETTINGS)


def test_a_saved_model_predicts_the_same(tmp_path: Path) -> None:
    model = fit(vectors(len(TEXTS)), TEXTS, LABELS, SETTINGS)
    model.save(tmp_path)
    again = IntentModel.load(tmp_path)
    for text in ("筷子多少钱", "", "qwx", "货"):
        np.testing.assert_array_equal(
            model.logits(vectors(1)[0], text), again.logits(vectors(1)[0], text)
        )
    assert {file.suffix for file in tmp_path.iterdir()} == {".npz", ".json"}
    assert b"pickle" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_prediction_is_the_regression_on_the_kernel() -> None:
    """Scoring one comment by the parts must give what the whole kernel gives."""
    settings = TrainingSettings(KernelSettings(gamma=1.3, meaning_weight=0.7, ngram_weight=1.9))
    known = vectors(len(TEXTS))
    model = fit(known, TEXTS, LABELS, settings)
    points = model.space.points(known, TEXTS)
    gram = model.space.gram(points, points)
    expected = gram @ model.meaning_weights + model.bias
    found = np.stack([model.logits(v, t) for v, t in zip(known, TEXTS, strict=True)])
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_folds_spread_every_intent() -> None:
    fold_of = assign_folds(LABELS, 4)
    for label in set(LABELS):
        counts = np.bincount(fold_of[[name == label for name in LABELS]], minlength=4)
        assert counts.max() - counts.min() <= 1


def test_held_out_predictions_are_by_models_that_did_not_see_them() -> None:
    """A label that nothing explains is learnt by heart, and so must be wrong when held out."""
    labels = [*LABELS, "odd", "odd"]
    texts = [*TEXTS, "独一无二", "绝无仅有"]
    held_out = hold_out(vectors(len(texts)), texts, labels, SETTINGS, 4)
    assert held_out is not None
    right = held_out.logits.argmax(axis=1) == held_out.truth
    assert right[:-2].mean() > 0.8
    assert not right[-2:].any()


def test_comments_that_the_encoder_was_tuned_on_are_never_held_out() -> None:
    fresh = np.array([row % 2 == 0 for row in range(len(TEXTS))])
    held_out = hold_out(vectors(len(TEXTS)), TEXTS, LABELS, SETTINGS, 2, fresh)
    assert held_out is not None
    assert held_out.rows.tolist() == np.flatnonzero(fresh).tolist()
    assert [held_out.names[column] for column in held_out.truth] == LABELS[::2]
    assert hold_out(vectors(16), TEXTS, LABELS, SETTINGS, 2, np.zeros(16, bool)) is None


def test_a_few_fresh_comments_are_held_out_at_once_but_never_a_whole_intent() -> None:
    """40 of each intent are tuned on; four more are fresh, and so is all of the owner's own."""
    labels = [*LABELS * 10, *LABELS[:4], *["own"] * 6]
    texts = [*TEXTS * 10, *TEXTS[:4], *(f"第{n}种独家问法" for n in range(6))]
    fresh = np.arange(len(texts)) >= len(TEXTS) * 10
    held_out = hold_out(vectors(len(texts)), texts, labels, SETTINGS, 2, fresh)
    assert held_out is not None
    assert set(held_out.rows[:4].tolist()) == set(range(160, 164))
    assert len(held_out.rows) == 4 + 3


def test_anchors_are_drawn_evenly_from_the_intents() -> None:
    labels = ["often"] * 90 + ["seldom"] * 10
    rows = choose_anchors(labels, 20)
    assert len(set(rows.tolist())) == 20
    assert sum(labels[row] == "seldom" for row in rows) == 10
    assert choose_anchors(labels, 100).tolist() == list(range(100))


def test_few_anchors_still_learn_the_wording() -> None:
    model = fit(
        vectors(len(TEXTS)), TEXTS, LABELS, TrainingSettings(anchors=8, anchors_per_intent=0)
    )
    assert len(model.anchors) == 8
    assert predict(model, "筷子多少钱", vectors(1, 9)[0]) == "price"
    assert predict(model, "筷子还有货吗", vectors(1, 9)[0]) == "stock"


def test_large_sets_leave_out_what_one_comment_alone_says() -> None:
    texts = ["多少钱", "独此一句", *["还有货吗"] * LARGE]
    assert "独" not in NgramSpace.fit(texts, 2).vocabulary
    assert "独" in NgramSpace.fit(texts[:10], 2).vocabulary


def test_report_by_hand() -> None:
    logits = np.array([[2, 0], [0, 2], [0, 2], [0, 2]], np.float32)
    held_out = HeldOut(logits, np.array([0, 0, 1, 1]), np.array([5, 6, 7, 8]), ("a", "b"))
    texts = [f"第{row}句" for row in range(10)]
    report = intent_report(held_out, texts, calibrate(held_out, 0.5))
    assert report["accuracy"] == 0.75
    assert report["intents"]["a"] == {"n": 2, "precision": 1.0, "recall": 0.5, "f1": 0.6667}
    assert report["intents"]["b"] == {"n": 2, "precision": 0.6667, "recall": 1.0, "f1": 0.8}
    assert report["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)
    assert report["confusions"] == [
        {"truth": "a", "predicted": "b", "count": 1, "examples": ["第6句"]}
    ]
    empty = intent_report(None, texts, calibrate(None, 0.5))
    assert (empty["accuracy"], empty["intents"], empty["confusions"]) == (None, {}, [])


def test_too_few_comments_hold_nothing_out() -> None:
    assert hold_out(vectors(2), ["a", "b"], ["a", "b"], SETTINGS, 3) is None
    assert calibrate(None, 0.5).threshold == 0.5


def test_threshold_by_hand() -> None:
    confidences = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, True])
    # Worth of answering down to each: 1, 2, 2 - cost, 3 - cost.
    assert best_threshold(confidences, right, 0.5) == 0.6
    assert best_threshold(confidences, right, 1.5) == 0.8
    assert best_threshold(confidences, np.zeros(4, bool), 1.0) == 1.0


def test_temperature_makes_overconfidence_honest() -> None:
    """Always 88 % sure, right half the time: the softmax has to be flattened to 50 %."""
    truth = np.array([0, 1] * 50)
    logits = np.tile(np.array([2.0, 0.0], np.float32), (100, 1))
    calibration = calibrate(HeldOut(logits, truth, np.arange(100), ("a", "b")), 0.5)
    assert calibration.temperature > 4
    assert calibration.accuracy == 0.5
    assert softmax(logits[0], calibration.temperature)[0] < 0.62


def test_what_belongs_to_no_intent_counts_as_much_as_it_is_said_to() -> None:
    """One comment of the rest, just above ten that are understood rightly, counts little alone."""
    logits = np.array([[4.0, 0.0]] * 9 + [[0.9, 0.0]] * 10 + [[1.0, 0.0]], dtype=np.float32)
    truth = np.array([0] * 19 + [1])
    held_out = HeldOut(logits, truth, np.arange(20), ("ask_price", "out_of_scope"))
    trusting, wary = calibrate(held_out, 0.5), calibrate(held_out, 0.5, rest_share=0.6)
    assert trusting.temperature == wary.temperature
    low, high = (softmax(logits, wary.temperature)[row].max() for row in (9, 0))
    assert (trusting.threshold, wary.threshold) == pytest.approx((low, high))
    other = HeldOut(logits, truth, np.arange(20), ("ask_price", "ask_size"))
    assert calibrate(other, 0.5, rest_share=0.6) == calibrate(other, 0.5)


def test_what_is_taken_for_the_rest_is_no_answer() -> None:
    """Right or wrong, it is not answered: its confidence must not draw the threshold down."""
    logits = np.array([[4.0, 0.0]] * 9 + [[0.0, 0.5]] * 5, dtype=np.float32)
    truth = np.array([0] * 9 + [1] * 5)
    held_out = HeldOut(logits, truth, np.arange(14), ("ask_price", "out_of_scope"))
    made = calibrate(held_out, 0.5, rest_share=0.5)
    assert made.threshold == pytest.approx(softmax(logits, made.temperature)[0].max())


def test_many_intents_get_more_anchors() -> None:
    settings = TrainingSettings(anchors=1200, rank=500)
    assert settings.for_intents(35) == settings
    many = settings.for_intents(150)
    assert (many.anchors, many.rank) == (3000, 1500)
