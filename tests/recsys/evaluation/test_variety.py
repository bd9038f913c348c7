"""Novelty and diversity, by hand."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from recsys.evaluation.variety import category_diversity, novelty, vector_diversity

ROWS = {"a": 0, "b": 1, "c": 2, "zero": 3}
VECTORS = np.array([[2, 0], [0, 1], [1, 1], [0, 0]], dtype=np.float32)


def test_novelty_by_hand() -> None:
    # Of 7 viewers: a is known to 7 (0 bits), b to 3 (1 bit), c to none (3 bits).
    known = {"a": 7, "b": 3}
    assert novelty([["a", "b"], ["c"]], known, 7, 2) == pytest.approx((0.5 + 3.0) / 2)
    assert novelty([["a", "b"], ["c"]], known, 7, 1) == pytest.approx((0.0 + 3.0) / 2)
    assert novelty([["b"], []], known, 7, 2) == pytest.approx(1.0), "who saw nothing is left out"
    assert novelty([["a"]], {"a": 99}, 7, 2) == 0, "counts of another time stay within 0 bits"


def test_vector_diversity_by_hand() -> None:
    root = 1 / math.sqrt(2)
    by_hand = ((1 - 0) + (1 - root) + (1 - root)) / 3
    assert vector_diversity([["a", "b", "c"]], ROWS, VECTORS, 3) == pytest.approx(by_hand)
    assert vector_diversity([["a", "b", "c"]], ROWS, VECTORS, 2) == pytest.approx(1.0)
    assert vector_diversity([["a", "a", "zero", "nowhere"]], ROWS, VECTORS, 4) is not None
    both = vector_diversity([["a", "b"], ["a"]], ROWS, VECTORS, 3)
    assert both == pytest.approx(1.0), "a list without a pair is left out"


def test_the_short_way_is_the_mean_over_pairs() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(12, 5)).astype(np.float32)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    names = [f"i{row}" for row in range(12)]
    rows = {name: row for row, name in enumerate(names)}
    pairs = [1 - float(unit[i] @ unit[j]) for i, j in combinations(range(10), 2)]
    assert vector_diversity([names], rows, vectors, 10) == pytest.approx(np.mean(pairs), rel=1e-5)


def test_category_diversity_by_hand() -> None:
    kinds = {"a": "护肤", "b": "护肤", "c": "女装", "d": ""}
    # Of three pairs, two differ.
    assert category_diversity([["a", "b", "c"]], kinds, 3) == pytest.approx(2 / 3)
    assert category_diversity([["a", "b", "c"], ["a", "b"]], kinds, 2) == 0
    assert category_diversity([["a", "c", "d", "x"]], kinds, 4) == 1


def test_with_no_list_they_are_undefined_rather_than_zero() -> None:
    for lists in ([], [[]], [["nowhere"]]):
        assert math.isnan(vector_diversity(lists, ROWS, VECTORS, 3))
        assert math.isnan(category_diversity(lists, {}, 3))
    assert math.isnan(novelty([], {}, 3, 3))
    assert math.isnan(novelty([[]], {}, 3, 3))
    assert novelty([["x"]], {}, 0, 3) == 0, "without viewers nothing is known to be rare"


def test_wrong_use_is_refused() -> None:
    with pytest.raises(ValueError, match="k must be"):
        novelty([["a"]], {}, 1, 0)
