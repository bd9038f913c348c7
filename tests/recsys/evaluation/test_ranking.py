"""Ranking metrics, by hand."""

from __future__ import annotations

import math

import pytest

from recsys.evaluation.ranking import (
    RANKING_METRICS,
    coverage,
    hit_rate,
    mean_average_precision,
    mrr,
    ndcg,
    precision,
    recall,
)

# User 1: relevant at places 2 and 3 of 4, one relevant never shown. User 2: nothing found.
SHOWN = [["a", "b", "c", "d"], ["x", "y"]]
WANTED = [{"b", "c", "z"}, {"q"}]
LOG3 = math.log2(3)


@pytest.mark.parametrize(
    ("metric", "k", "value"),
    [
        (hit_rate, 4, 1 / 2),
        (hit_rate, 1, 0),
        (recall, 4, (2 / 3) / 2),
        (recall, 2, (1 / 3) / 2),
        (precision, 4, (2 / 4) / 2),
        (mrr, 4, (1 / 2) / 2),
        (mrr, 1, 0),
        # DCG 1/log2(3) + 1/log2(4); ideal 1 + 1/log2(3) + 1/log2(4)
        (ndcg, 4, ((1 / LOG3 + 1 / 2) / (1 + 1 / LOG3 + 1 / 2)) / 2),
        # The ideal of two places: 1 + 1/log2(3)
        (ndcg, 2, ((1 / LOG3) / (1 + 1 / LOG3)) / 2),
        # (1/2 + 2/3) / min(3, 4)
        (mean_average_precision, 4, ((1 / 2 + 2 / 3) / 3) / 2),
        (mean_average_precision, 2, ((1 / 2) / 2) / 2),
    ],
)
def test_by_hand(metric, k: int, value: float) -> None:
    assert metric(SHOWN, WANTED, k) == pytest.approx(value)


@pytest.mark.parametrize("metric", RANKING_METRICS.values(), ids=RANKING_METRICS)
def test_a_perfect_list_is_one(metric) -> None:
    assert metric([["a", "b"], ["c", "d"]], [{"a", "b"}, {"c", "d"}], 2) == pytest.approx(1)


@pytest.mark.parametrize("metric", RANKING_METRICS.values(), ids=RANKING_METRICS)
def test_users_with_nothing_relevant_are_not_in_the_denominator(metric) -> None:
    with_them = metric([*SHOWN, ["a"], []], [*WANTED, set(), set()], 4)
    assert with_them == metric(SHOWN, WANTED, 4)


@pytest.mark.parametrize("metric", RANKING_METRICS.values(), ids=RANKING_METRICS)
def test_with_no_user_left_they_are_undefined_rather_than_zero(metric) -> None:
    assert math.isnan(metric([], [], 3))
    assert math.isnan(metric([["a"]], [set()], 3))
    assert metric([[]], [{"a"}], 3) == 0


@pytest.mark.parametrize("metric", RANKING_METRICS.values(), ids=RANKING_METRICS)
def test_an_item_shown_twice_counts_once(metric) -> None:
    assert metric([["b", "b", "a"]], [{"a", "b"}], 2) == metric([["b", "a"]], [{"a", "b"}], 2)


@pytest.mark.parametrize("metric", RANKING_METRICS.values(), ids=RANKING_METRICS)
def test_wrong_use_is_refused(metric) -> None:
    with pytest.raises(ValueError, match="k must be"):
        metric(SHOWN, WANTED, 0)
    with pytest.raises(ValueError, match="zip"):
        metric(SHOWN, WANTED[:1], 3)


def test_coverage_by_hand() -> None:
    assert coverage([["a", "b"], ["a", "z"]], {"a", "b", "c", "d"}, 2) == 0.5
    assert coverage([["a", "b"]], {"a", "b", "c", "d"}, 1) == 0.25
    assert coverage([], {"a"}, 3) == 0
    assert math.isnan(coverage([["a"]], set(), 3))
