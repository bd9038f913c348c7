"""Items: bands of price within their kind, sales, ratings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from recsys.profiles import ItemProfiles
from recsys.profiles.items import NO_BAND
from recsys.recommend import ItemTable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def table(n: int = 3, **columns: list) -> ItemTable:
    frame = pd.DataFrame({"sku": [f"i{row}" for row in range(n)], **columns})
    return ItemTable.from_frame(frame, np.zeros((n, 2), dtype=np.float32))


def test_bands_are_fifths_of_the_category() -> None:
    cream, watch = [1_000, 2_000, 3_000, 4_000, 5_000], [10_000, 20_000, 30_000, 40_000, 50_000]
    items = table(10, category=["面霜"] * 5 + ["手表"] * 5, price_fen=cream + watch)
    profiles = ItemProfiles.of(items)
    assert profiles.band.tolist() == [0, 1, 2, 3, 4] * 2
    np.testing.assert_allclose(profiles.place[:5], [0.1, 0.3, 0.5, 0.7, 0.9], rtol=1e-6)


def test_a_small_category_is_placed_within_the_shop_and_no_price_has_no_band() -> None:
    items = table(4, category=["a", "a", "b", "b"], price_fen=[100, 300, 200, None])
    profiles = ItemProfiles.of(items)
    assert profiles.band.tolist() == [0, 4, 2, NO_BAND]
    assert np.isnan(profiles.place[3])


def test_equal_prices_stand_in_the_middle() -> None:
    assert ItemProfiles.of(table(6, price_fen=[500] * 6)).band.tolist() == [2] * 6


def test_sales_count_an_order_with_its_payment_once_and_refunds_off() -> None:
    told = [
        ("v", "i0", "order", 3), ("v", "i0", "pay", 2), ("w", "i0", "pay", 2),
        ("w", "i1", "pay", 5), ("w", "i1", "refund", 4), ("x", "i2", "refund", 1),
        ("x", "nowhere", "pay", 1), ("x", "i2", "pay", -1), ("x", "i2", "view", 1),
    ]  # fmt: skip
    frame = pd.DataFrame(told, columns=["viewer", "sku", "event", "ts"])
    frame["ts"] = [NOW - timedelta(days=days) for days in frame["ts"]]
    assert ItemProfiles.of(table(), frame, now=NOW).sales.tolist() == [2, 0, 0]


def test_ratings_are_drawn_to_the_mean_and_unsound_ones_left_out() -> None:
    ratings = pd.DataFrame(
        {
            "sku": ["i0"] * 5 + ["i1"] * 5 + ["i1", "i1", "i2", "nowhere"],
            "rating": [5] * 5 + [3] * 5 + [float("nan"), 99, "great", 5],
        }
    )
    profiles = ItemProfiles.of(table(), ratings=ratings)
    assert profiles.raters.tolist() == [5, 5, 0]
    assert profiles.rating.tolist() == [4.5, 3.5, 4.0]


def test_nothing_known() -> None:
    empty = ItemProfiles.of(table(0))
    assert len(empty) == 0
    quiet = ItemProfiles.of(table(), pd.DataFrame(), pd.DataFrame())
    assert quiet.sales.tolist() == [0, 0, 0]
    assert np.isnan(quiet.rating).all()
    unsound = pd.DataFrame({"sku": ["i0"], "rating": [float("nan")]})
    assert np.isnan(ItemProfiles.of(table(), ratings=unsound).rating).all()
