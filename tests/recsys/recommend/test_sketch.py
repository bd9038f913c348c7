"""Large shops: a sketch finds the candidates, full vectors decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import Constraints, ContentRecommender, ItemTable, Query, Recommender
from recsys.recommend.content import ContentConfig
from recsys.recommend.sketch import Sketch, best

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
N, D = 3_000, 32
EXACT = ContentConfig(exact=N * D)
SKETCHED = ContentConfig(exact=0, axes=8, rescored=200)


@pytest.fixture(scope="module")
def items() -> ItemTable:
    """Vectors that vary less along each further axis, in a narrow cone, as sentences do."""
    rng = np.random.default_rng(2)
    turned = np.linalg.qr(rng.normal(size=(D, D)))[0]
    vectors = rng.normal(size=(N, D)) / np.arange(1, D + 1) ** 0.8 @ turned + 2.0
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    words = ["面霜", "连衣裙", "台灯", "坚果"]
    frame = pd.DataFrame(
        {
            "sku": [f"i{row}" for row in range(N)],
            "title": [f"{words[row % 4]}{row}" for row in range(N)],
            "price_fen": rng.integers(100, 90_000, N),
            "stock": (rng.random(N) > 0.1).astype(int),
        }
    )
    return ItemTable.from_frame(frame, vectors)


def queries(items: ItemTable, count: int = 60) -> list[Query]:
    rng = np.random.default_rng(9)
    made = []
    for number in range(count):
        rows = rng.integers(N, size=4)
        hour = timedelta(hours=1)
        made.append(
            Query(
                history=tuple((items.skus[row], "view", NOW - hour) for row in rows[:2]),
                now=NOW,
                text="想要面霜" if number % 3 == 1 else None,
                text_vector=items.vectors[rows[2]] if number % 3 else None,
                on_air=items.skus[rows[3]] if number % 2 else None,
                constraints=Constraints(max_price_fen=2_000) if number % 5 == 4 else Constraints(),
            )
        )
    return made


def test_the_sketch_gives_nearly_what_full_vectors_give(items: ItemTable) -> None:
    exact, sketched = (ContentRecommender(c).fit(items) for c in (EXACT, SKETCHED))
    found, scored = [], 0
    for query in queries(items):
        want = {one.sku: one for one in exact.recommend(query, 10)}
        given = sketched.recommend(query, 10)
        assert len(given) == len(want)
        found.append(len({one.sku for one in given} & set(want)) / max(len(want), 1))
        for one in given:
            if one.sku in want:
                scored += 1
                assert one.score == pytest.approx(want[one.sku].score, abs=2e-6)
                assert one.reason == want[one.sku].reason
    assert np.mean(found) >= 0.97
    assert scored > 500


def test_few_that_may_be_shown_are_all_compared_by_full_vectors(items: ItemTable) -> None:
    exact, sketched = (ContentRecommender(c).fit(items) for c in (EXACT, SKETCHED))
    few = {sku: int(row % 30 == 0) for row, sku in enumerate(items.skus)}
    exact.restock(stock=few)
    sketched.restock(stock=few)
    for query in queries(items):
        want, given = exact.recommend(query, 200), sketched.recommend(query, 200)
        assert [one.sku for one in given] == [one.sku for one in want]


def test_what_stands_best_but_is_sold_out_leaves_its_place(items: ItemTable) -> None:
    model = ContentRecommender(SKETCHED).fit(items)
    query = Query(history=(("i0", "cart", NOW),), now=NOW)
    first = [one.sku for one in model.recommend(query, 400)]
    assert len(first) == 200, "of what is beyond the rescored there is no opinion"
    model.restock(stock=dict.fromkeys(first, 0))
    second = [one.sku for one in model.recommend(query, 400)]
    assert len(second) == 200
    assert not set(first) & set(second)


def test_saved_and_loaded_it_is_the_same(items: ItemTable, tmp_path: Path) -> None:
    model = ContentRecommender(SKETCHED).fit(items)
    model.save(tmp_path)
    loaded = Recommender.load(tmp_path)
    assert loaded.recommend_batch(queries(items), 10) == model.recommend_batch(queries(items), 10)


def test_a_small_shop_needs_no_sketch(items: ItemTable) -> None:
    assert "axes" not in ContentRecommender(EXACT).fit(items)._arrays()
    assert "axes" in ContentRecommender(SKETCHED).fit(items)._arrays()


def test_with_all_axes_nothing_is_lost() -> None:
    units = np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    sketch = Sketch.of(lambda part: units[part], 20, 6, 6)
    np.testing.assert_allclose(sketch.near(units[3]), units @ units[3], atol=1e-4)


def test_axes_are_those_along_which_the_vectors_vary_most() -> None:
    units = np.array([[0, 1, 0], [0, -1, 0], [0, 0, 0.5], [0.1, 0, 0]], dtype=np.float32)
    sketch = Sketch.of(lambda part: units[part], 4, 3, 2)
    np.testing.assert_allclose(np.abs(sketch.axes), [[0, 0], [1, 0], [0, 1]], atol=1e-6)


def test_best_are_the_places_of_the_highest() -> None:
    scores = np.array([1.0, 7.0, 8.0, 2.0])
    assert best(scores, 2).tolist() == [1, 2]
    assert best(scores, 9).tolist() == [0, 1, 2, 3]
    assert best(scores[:0], 2).tolist() == []


def test_one_question_is_scored_anew_when_the_stock_changes(items: ItemTable) -> None:
    model = ContentRecommender(SKETCHED).fit(items)
    query = Query(now=NOW, text="面霜", text_vector=items.vectors[0])
    before = model.recommend(query, 1)[0].sku
    model.restock(stock={before: 0})
    assert model.recommend(query, 1)[0].sku != before
