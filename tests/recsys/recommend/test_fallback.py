"""The chain: who fills what, and in whose words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import (
    Constraints,
    ContentRecommender,
    FallbackRecommender,
    ItemTable,
    PopularityRecommender,
    Query,
    Recommender,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def model() -> FallbackRecommender:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 2, axis=0)
    frame = pd.DataFrame(
        {
            "sku": ["a0", "a1", "b0", "b1", "c0", "c1"],
            "title": ["面霜", "面霜", "台灯", "台灯", "碎花裙", "碎花裙"],
        }
    )
    events = pd.DataFrame(
        [("x", "c1", "pay", NOW), ("x", "b1", "view", NOW)],
        columns=["viewer", "sku", "event", "ts"],
    )
    return FallbackRecommender().fit(ItemTable.from_frame(frame, vectors), events, now=NOW)


def test_popularity_fills_what_content_leaves_open(model: FallbackRecommender) -> None:
    given = model.recommend(Query(history=(("a0", "view", NOW),), now=NOW), 4)
    assert [r.sku for r in given] == ["a1", "a0", "c1", "b1"]
    assert given[0].reason.startswith("因为您刚看过「面霜」")
    assert given[2].reason == "近期有1位顾客下单了这款"


def test_a_cold_viewer_gets_what_is_popular(model: FallbackRecommender) -> None:
    assert [r.sku for r in model.recommend(Query(now=NOW), 2)] == ["c1", "b1"]


def test_an_answer_is_not_filled_up(model: FallbackRecommender) -> None:
    assert [r.sku for r in model.recommend(Query(now=NOW, text="台灯"), 5)] == ["b0", "b1"]


def test_a_question_without_an_answer_gets_what_is_popular(model: FallbackRecommender) -> None:
    given = model.recommend(Query(now=NOW, text="随便"), 2)
    assert [r.sku for r in given] == ["c1", "b1"]


def test_constraints_alone_are_answered_by_popularity(model: FallbackRecommender) -> None:
    given = model.recommend(Query(now=NOW, constraints=Constraints(words=("台灯",))), 5)
    assert [r.sku for r in given] == ["b1", "b0"]
    assert {r.reason for r in given} == {"您要的台灯，这款都对得上"}


def test_without_any_behaviour_the_shelf_fills_up() -> None:
    items = ItemTable.from_frame(
        pd.DataFrame({"sku": list("abc"), "link_no": [3, 1, 2]}), np.eye(3, dtype=np.float32)
    )
    given = FallbackRecommender().fit(items).recommend(Query(now=NOW), 2)
    assert [r.sku for r in given] == ["b", "c"]


def test_its_parts_are_its_own_affair(tmp_path: Path) -> None:
    items = ItemTable.from_frame(pd.DataFrame({"sku": list("ab")}), np.eye(2, dtype=np.float32))
    FallbackRecommender().fit(items).save(tmp_path)
    FallbackRecommender([PopularityRecommender()]).fit(items).save(tmp_path)
    loaded = Recommender.load(tmp_path)
    assert isinstance(loaded, FallbackRecommender)
    assert [type(part) for part in loaded.parts] == [PopularityRecommender]
    with pytest.raises(RuntimeError, match="ContentRecommender"):
        ContentRecommender.load(tmp_path)
