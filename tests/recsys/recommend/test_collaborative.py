"""Item-to-item and factor models by hand, on matrices that fit on a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import (
    AlsRecommender,
    BprRecommender,
    EaseRecommender,
    ItemKnnRecommender,
    ItemTable,
    Query,
    Recommender,
    SequenceRecommender,
    SvdRecommender,
)
from recsys.recommend.als import AlsConfig
from recsys.recommend.bpr import BprConfig
from recsys.recommend.ease import EaseConfig
from recsys.recommend.item_knn import ItemKnnConfig
from recsys.recommend.sequence import SequenceConfig, steps
from recsys.recommend.svd import SvdConfig
from recsys.recommend.trail import of_lists

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ITEMS = ItemTable.from_frame(
    pd.DataFrame({"sku": list("abcd"), "title": ["甲", "乙", "丙", "丁"]}),
    np.zeros((4, 1), dtype=np.float32),
)
# Three viewers: a then b, a then b then c, and d alone.
LISTS = {"x": "ab", "y": "abc", "z": "d"}


def events(lists: dict[str, str] = LISTS) -> pd.DataFrame:
    rows = [
        (viewer, sku, NOW - timedelta(minutes=60 - place))
        for viewer, skus in lists.items()
        for place, sku in enumerate(skus)
    ]
    return pd.DataFrame(rows, columns=["viewer", "sku", "ts"])


def query(skus: str) -> Query:
    touches = ((sku, "view", NOW - timedelta(minutes=60 - n)) for n, sku in enumerate(skus))
    return Query(history=tuple(touches), now=NOW)


def scores(model: Recommender, skus: str) -> list[float]:
    given = model.fit(ITEMS, events(), now=NOW).scores(query(skus))
    assert given is not None
    return given.tolist()


def test_cosine() -> None:
    # a and b: two viewers in common, of 2 and 2; a and c: one, of 2 and 1.
    model = ItemKnnRecommender(ItemKnnConfig("cosine"))
    assert scores(model, "a") == pytest.approx([0.0, 1.0, 1 / np.sqrt(2), np.nan], nan_ok=True)


def test_later_touches_say_more() -> None:
    model = ItemKnnRecommender(ItemKnnConfig("cosine", decay=0.5))
    # b counts whole, a half: c gets (1 + 0.5) / sqrt(2).
    assert scores(model, "ab")[2] == pytest.approx(1.5 / np.sqrt(2))


def test_tfidf_counts_viewers_of_little_for_more() -> None:
    idf = np.log(5) - np.log1p(np.array([2, 3]))
    norm_a = norm_b = np.hypot(*idf)
    model = ItemKnnRecommender(ItemKnnConfig("tfidf"))
    got = scores(model, "a")
    assert got[1] == pytest.approx((idf**2).sum() / (norm_a * norm_b))
    assert got[2] == pytest.approx(idf[1] ** 2 / (norm_a * idf[1]))


def test_bm25_and_the_walk() -> None:
    c = ItemKnnConfig("bm25")
    mean = 6 / 4
    tf = (c.k1 + 1) / (c.k1 * (1 - c.b + c.b * 2 / mean) + 1)
    idf = np.log(5) - np.log1p(3)
    assert scores(ItemKnnRecommender(c), "a")[2] == pytest.approx(idf * tf)
    # From a to x or y by half each, and on to c by a third; c has one viewer.
    walk = scores(ItemKnnRecommender(ItemKnnConfig("walk", tame=0.5)), "a")
    assert walk[1] == pytest.approx((0.5 / 2 + 0.5 / 3) / np.sqrt(2))
    assert walk[2] == pytest.approx(0.5 / 3)


def test_an_unknown_weighting_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="cosine, tfidf, bm25, walk"):
        ItemKnnConfig("euclid")


def test_steps_count_order_and_distance() -> None:
    got = steps(of_lists([[0, 1], [0, 1, 2], [3]]), 4, window=2, gap=0.5).toarray()
    want = np.zeros((4, 4))
    want[0, 1], want[1, 2], want[0, 2] = 2.0, 1.0, 0.5
    assert got.tolist() == want.tolist()
    near = steps(of_lists([[0, 1, 2]]), 4, window=1, gap=0.5).toarray()
    assert near[0, 2] == 0.0


def test_sequence_goes_forward_more_than_backward() -> None:
    config = SequenceConfig(gap=0.5, backward=0.25, from_power=0.0, to_power=0.0)
    model = SequenceRecommender(config)
    assert scores(model, "b")[:3] == pytest.approx([0.25 * 2, 0.0, 1.0])


def test_ease_is_the_closed_form() -> None:
    x = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]], dtype=np.float64)
    p = np.linalg.inv(x.T @ x + 2.0 * np.eye(4))
    b = -p / np.diag(p)
    got = scores(EaseRecommender(EaseConfig(regularisation=2.0)), "a")
    assert got[1] == pytest.approx(b[0, 1], rel=1e-5)
    assert got[2] == pytest.approx(b[0, 2], rel=1e-5)


def test_ease_leaves_the_rare_ones_out_of_a_large_shop() -> None:
    got = scores(EaseRecommender(EaseConfig(most_items=2)), "a")
    assert np.isfinite(got).tolist() == [True, True, False, False]


def test_svd_folds_in_by_its_right_vectors() -> None:
    many = {f"v{n}": "ab" for n in range(4)} | {f"w{n}": "cd" for n in range(2)}
    model = SvdRecommender(SvdConfig(tame=0.0)).fit(ITEMS, events(many), now=NOW)
    got = model.scores(query("a"))
    assert got is not None
    # One vector is kept of four items: that of the larger group, (1, 1, 0, 0) / sqrt(2).
    assert got[:2].tolist() == pytest.approx([0.5, 0.5], abs=1e-6)
    assert np.nan_to_num(got[2:]).tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


@pytest.mark.parametrize(
    "model",
    [AlsRecommender(AlsConfig(factors=4)), BprRecommender(BprConfig(factors=4))],
    ids=["als", "bpr"],
)
def test_factors_tell_two_groups_apart(model: Recommender) -> None:
    groups = {f"v{n}": "ab" for n in range(6)} | {f"w{n}": "cd" for n in range(6)}
    model.fit(ITEMS, events(groups), now=NOW)
    assert model.recommend(query("a"), 1)[0].sku == "b"
    assert model.recommend(query("d"), 1)[0].sku == "c"


def test_als_folds_in_as_the_library_does() -> None:
    from implicit.als import AlternatingLeastSquares

    groups = {f"v{n}": "abc" for n in range(6)} | {f"w{n}": "cd" for n in range(6)}
    config = AlsConfig(factors=4, decay=1.0)
    ours = AlsRecommender(config).fit(ITEMS, events(groups), now=NOW)
    trails = of_lists([[ITEMS.rows[sku] for sku in skus] for skus in groups.values()])
    library = AlternatingLeastSquares(
        factors=4, iterations=15, regularization=0.05, alpha=10.0, random_state=7, num_threads=1
    )
    matrix = trails.matrix(4).astype(np.float32)
    library.fit(matrix, show_progress=False)
    wanted = library.item_factors @ library.recalculate_user([0], matrix[[0]])[0]
    got = ours.scores(query("abc"))
    assert got is not None
    # The library weighs what is there by alpha x value, ours by 1 + alpha x value.
    assert got.tolist() == pytest.approx(wanted.tolist(), abs=0.05)


def test_reasons_count_the_viewers_in_common() -> None:
    model = ItemKnnRecommender().fit(ITEMS, events(), now=NOW)
    [first, second, *_] = model.recommend(query("a"), 2)
    assert (first.sku, first.reason) == ("b", "看过「甲」的顾客里有2位也看过这款")
    assert (second.sku, second.reason) == ("c", "看过「甲」的顾客里有1位也看过这款")


def test_a_model_that_counts_nobody_says_that_it_estimates() -> None:
    model = AlsRecommender(AlsConfig(factors=2)).fit(ITEMS, events(), now=NOW)
    reason = model.recommend(query("a"), 1)[0].reason
    assert "推算" in reason
    assert "「甲」" in reason
    assert "位" not in reason
