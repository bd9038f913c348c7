"""Content: profile, question and what is on air."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import Constraints, ContentRecommender, ItemTable, Query
from recsys.recommend.content import ContentConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SKUS = ("cream0", "cream1", "dress0", "dress1", "lamp0", "lamp1")


def vectors() -> np.ndarray:
    """Three kinds on three axes, all leaning to a fourth, as sentence vectors of one shop do."""
    kinds = np.repeat(np.eye(3), 2, axis=0)
    lean = np.column_stack([kinds, np.full(6, 2.0)]) + 0.02 * np.eye(6)[:, :4]
    return (lean / np.linalg.norm(lean, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def model() -> ContentRecommender:
    frame = pd.DataFrame(
        {
            "sku": SKUS,
            "title": ["清爽面霜", "滋润面霜", "碎花裙", "衬衫裙", "台灯", "夜灯"],
            "category": ["护肤", "护肤", "女装", "女装", "家居", "家居"],
            "price_fen": [9_900, 10_900, 20_000, 90_000, 5_000, 5_100],
        }
    )
    return ContentRecommender().fit(ItemTable.from_frame(frame, vectors()))


def first(model: ContentRecommender, query: Query) -> tuple[str, str]:
    given = model.recommend(query, 1)[0]
    return given.sku, given.reason


def test_what_was_touched_lately_and_strongly_decides(model: ContentRecommender) -> None:
    hour, year = timedelta(hours=1), timedelta(days=365)
    history = (("dress0", "view", NOW - hour), ("lamp0", "cart", NOW - hour))
    assert first(model, Query(history=history, now=NOW))[0] == "lamp1"
    history = (("dress0", "view", NOW - hour), ("lamp0", "cart", NOW - year))
    assert first(model, Query(history=history, now=NOW))[0] == "dress1"


def test_the_reason_names_the_touch_that_speaks_for_the_item(model: ContentRecommender) -> None:
    history = (("dress0", "view", NOW), ("cream0", "cart", NOW))
    reasons = {r.sku: r.reason for r in model.recommend(Query(history=history, now=NOW), 6)}
    assert reasons["cream1"] == "因为您刚加购过「清爽面霜」，这款同样是护肤且价格相近"
    assert reasons["cream0"] == "您刚加购过这款，现在还有货"
    assert "dress1" not in reasons or "碎花裙" in reasons["dress1"]


def test_touched_items_come_last_unless_asked_for(model: ContentRecommender) -> None:
    history = (("cream0", "cart", NOW),)
    shown = [r.sku for r in model.recommend(Query(history=history, now=NOW), 6)]
    assert shown[0] == "cream1"
    assert shown[-1] == "cream0"
    asked = Query(history=history, now=NOW, text="清爽面霜", text_vector=vectors()[0])
    assert first(model, asked)[0] == "cream0"


def test_a_question_outweighs_the_profile_and_gives_the_reason(model: ContentRecommender) -> None:
    history = (("dress0", "cart", NOW),)
    query = Query(history=history, now=NOW, text="想要个台灯", text_vector=vectors()[4])
    given = model.recommend(query, 6)
    assert [r.sku for r in given] == ["lamp0", "lamp1"]
    assert given[0].reason == "您提到的「台灯」，这款的介绍里也有"
    assert given[1].reason == "和您问的内容相近"


def test_words_alone_are_enough(model: ContentRecommender) -> None:
    assert first(model, Query(now=NOW, text="有没有滋润的面霜"))[0] == "cream1"


def test_a_question_about_nothing_here_is_no_evidence(model: ContentRecommender) -> None:
    off = np.zeros(4, dtype=np.float32)
    assert model.scores(Query(now=NOW, text="哈哈哈", text_vector=off)) is None
    assert model.scores(Query(now=NOW)) is None


def test_constraints_choose_and_are_the_reason(model: ContentRecommender) -> None:
    query = Query(
        history=(("dress0", "view", NOW),),
        now=NOW,
        constraints=Constraints(category="护肤", max_price_fen=10_000),
    )
    assert first(model, query) == ("cream0", "您要的护肤、100元以内，这款都对得上")


def test_what_is_on_air_is_context_for_a_viewer_nothing_is_known_of(
    model: ContentRecommender,
) -> None:
    sku, reason = first(model, Query(now=NOW, on_air="lamp0"))
    assert (sku, reason) == ("lamp1", "和正在讲解的「台灯」同样是家居且价格相近")


def test_the_mean_of_the_shop_is_taken_off(model: ContentRecommender) -> None:
    scores = model.scores(Query(history=(("cream0", "view", NOW),), now=NOW))
    assert scores is not None
    raw = vectors() @ vectors()[0]
    assert raw.min() > 0.7, "without centring everything looks alike"
    assert scores[1] > 0.8
    assert np.isnan(scores[2:]).all(), "what is less alike than usual is no recommendation"


def test_a_vector_of_another_encoder_is_left_out_with_a_warning(
    model: ContentRecommender, caplog: pytest.LogCaptureFixture
) -> None:
    query = Query(now=NOW, text="台灯", text_vector=np.ones(9, dtype=np.float32))
    with caplog.at_level(logging.WARNING):
        assert first(model, query)[0] == "lamp0"
    assert "another encoder" in caplog.text


def test_items_without_a_vector_do_no_harm() -> None:
    items = ItemTable.from_frame(pd.DataFrame({"sku": ["a", "b"]}), np.zeros((2, 4), "float32"))
    model = ContentRecommender(ContentConfig(centre_prior=0.0)).fit(items)
    query = Query(history=(("a", "view", NOW),), now=NOW)
    assert {r.sku for r in model.recommend(query, 5)} <= {"a", "b"}
