"""The learnt blend: what it hides, what it chooses, what it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import BlendRecommender, ItemTable, LearnedRecommender, Query
from recsys.recommend.evidence import COLUMNS, Evidence, Limits, content_of
from recsys.recommend.learned import LearnedConfig
from recsys.recommend.lessons import Lessons, questions
from recsys.recommend.order import Boosted, OneVoice
from recsys.recommend.trail import of_lists

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_questions_hide_the_last_item_of_each_trail() -> None:
    asked = questions(of_lists([[0, 1, 2], [3], [1, 0]]), most=4, deepest=1, seed=0)
    assert asked.viewer.tolist() == [0, 2]
    assert asked.place.tolist() == [2, 1]
    assert asked.keep.tolist() == [2, 1, 1]


def test_few_long_trails_are_asked_more_than_once() -> None:
    asked = questions(of_lists([list(range(9)), [0, 1]]), most=6, deepest=5, seed=0)
    assert asked.viewer.tolist() == [0, 0, 0]
    assert asked.place.tolist() == [6, 7, 8]
    assert asked.keep.tolist() == [6, 2]


def test_too_many_questions_are_drawn_by_the_seed() -> None:
    trails = of_lists([[0, 1, 2]] * 50)
    first, second = (questions(trails, most=10, deepest=1, seed=3) for _ in range(2))
    assert len(first.viewer) == 10
    assert first.viewer.tolist() == second.viewer.tolist()
    # All are hidden from the parts, drawn or not.
    assert set(first.keep.tolist()) == {2}


def test_ndcg_counts_unanswered_questions_and_ties_against() -> None:
    y = np.array([False, True, False, False, True])
    lessons = Lessons(np.zeros((5, 1), dtype=np.float32), y, np.array([2, 2, 1]), np.arange(3))
    # Second of two; not there; alone.
    assert lessons.ndcg(np.array([3.0, 1, 2, 1, 0])) == pytest.approx((1 / np.log2(3) + 1) / 3)
    assert lessons.ndcg(np.zeros(5)) == pytest.approx((1 / np.log2(3) + 1) / 3)
    assert lessons.answered.tolist() == [True, False, True]


def shop(viewers: int, n: int = 40) -> tuple[ItemTable, pd.DataFrame]:
    """Viewers walk a circle of items, two steps out of three by one, else at random."""
    rng = np.random.default_rng(5)
    rows = []
    for viewer in range(viewers):
        at = int(rng.integers(n))
        for step in range(6):
            rows.append((f"v{viewer}", f"i{at}", NOW - timedelta(minutes=viewer * 10 + 10 - step)))
            at = (at + 1) % n if rng.random() < 0.67 else int(rng.integers(n))
    frame = pd.DataFrame(rows, columns=["viewer", "sku", "ts"])
    table = pd.DataFrame({"sku": [f"i{row}" for row in range(n)]})
    return ItemTable.from_frame(table, np.zeros((n, 1), dtype=np.float32)), frame


def after(sku: str) -> Query:
    return Query(history=((sku, "view", NOW),), now=NOW)


@pytest.fixture(scope="module")
def walked() -> LearnedRecommender:
    return LearnedRecommender(LearnedConfig(deepest=1)).fit(*shop(700), now=NOW)


def test_it_learns_what_comes_next(walked: LearnedRecommender) -> None:
    assert isinstance(walked._order, Boosted | OneVoice)
    first = [walked.recommend(after(f"i{row}"), 1)[0].sku for row in range(40)]
    assert np.mean([sku == f"i{(row + 1) % 40}" for row, sku in enumerate(first)]) > 0.95


def test_its_reasons_can_be_counted(walked: LearnedRecommender) -> None:
    _, events = shop(700)
    sets = events.groupby("sku")["viewer"].agg(set)
    for row in range(5):
        one = walked.recommend(after(f"i{row}"), 1)[0]
        both = len(sets[f"i{row}"] & sets[one.sku])
        assert f"有{both}位也看过这款" in one.reason


def test_too_little_to_learn_from_is_silence() -> None:
    items, events = shop(10)
    model = LearnedRecommender().fit(items, events, now=NOW)
    assert model.ranked(after("i0"), 3) is None
    blend = BlendRecommender().fit(items, events, now=NOW)
    assert len(blend.recommend(after("i0"), 3)) == 3


def test_some_is_enough_for_the_best_part() -> None:
    model = LearnedRecommender(LearnedConfig(deepest=1)).fit(*shop(100), now=NOW)
    assert isinstance(model._order, OneVoice)
    assert COLUMNS[model._order.column].split()[0] in {"sequence", "forward", "next", "session"}


def test_the_parts_do_not_see_what_is_asked() -> None:
    """Viewers who end where nobody else ever was cannot be answered from what came before."""
    trails = of_lists([[0, 1, 2 + viewer] for viewer in range(30)])
    items = ItemTable.from_frame(
        pd.DataFrame({"sku": [str(row) for row in range(32)]}), np.zeros((32, 1), dtype=np.float32)
    )
    asked = questions(trails, most=100, deepest=1, seed=0)
    hidden = Evidence.of(items, trails.cut(asked.keep), Limits(5, 2), content_of(items))
    assert not Lessons.of(hidden, trails, asked).answered.any()


def test_the_evidence_leaves_out_what_was_touched_and_keeps_the_nearest() -> None:
    trails = of_lists([[0, 1, 2], [0, 1], [3, 4], [0, 2]])
    items = ItemTable.from_frame(
        pd.DataFrame({"sku": list("abcde")}), np.zeros((5, 1), dtype=np.float32)
    )
    evidence = Evidence.of(items, trails, Limits(5, 1), content_of(items))
    rows, said = evidence.about(of_lists([[0]])[0])
    assert rows.tolist() == [1, 2]
    assert said.shape == (2, len(COLUMNS))
    assert said[0, COLUMNS.index("next 0.3")] > said[1, COLUMNS.index("next 0.3")]
    # log(1 + viewers): two of either.
    assert said[:, COLUMNS.index("viewers")].tolist() == pytest.approx([np.log(3)] * 2)
