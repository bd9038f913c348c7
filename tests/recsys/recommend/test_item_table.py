"""Items from frames that are not as they should be, and what changes during a show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import BadItems, Constraints, ItemTable
from recsys.recommend.items import UNKNOWN_PRICE


def table(**columns: list) -> ItemTable:
    n = len(columns["sku"])
    vectors = np.arange(n * 2, dtype=np.float32).reshape(n, 2)
    return ItemTable.from_frame(pd.DataFrame(columns), vectors)


def test_of_duplicates_the_last_counts_and_rows_without_sku_are_left_out() -> None:
    items = table(sku=["a", None, "b", "a", ""], title=["old", "?", "b", "new", "?"])
    assert items.skus == ("b", "a")
    assert items.titles == ("b", "new")
    assert items.vectors.tolist() == [[4, 5], [6, 7]]


def test_what_is_missing_is_unknown_rather_than_wrong() -> None:
    items = table(
        sku=["a", "b"], price_fen=[None, "cheap"], stock=[float("nan"), 3], status=[None, "on"]
    )
    assert items.price_fen.tolist() == [UNKNOWN_PRICE, UNKNOWN_PRICE]
    assert items.available.tolist() == [False, True]
    assert table(sku=["a"]).available.all(), "a shop that counts no stock sells all it lists"


def test_vectors_that_are_not_numbers_become_zero() -> None:
    frame = pd.DataFrame({"sku": ["a"]})
    items = ItemTable.from_frame(frame, np.array([[np.nan, 1.0]], dtype=np.float32))
    assert items.vectors.tolist() == [[0, 1]]


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(BadItems, match="3 vectors"):
        ItemTable.from_frame(pd.DataFrame({"sku": ["a", "b", "c"]}), np.ones((1, 2)))
    with pytest.raises(BadItems):
        ItemTable.from_frame(pd.DataFrame({"name": ["a"]}), np.ones((1, 2)))


def test_a_new_stock_leaves_the_old_table_as_it_was() -> None:
    before = table(sku=["a", "b"], stock=[1, 1], price_fen=[100, 200])
    after = before.with_stock({"a": 0, "x": 9}, status={"b": "off"}, price_fen={"a": 50})
    assert before.available.tolist() == [True, True]
    assert before.price_fen.tolist() == [100, 200]
    assert after.available.tolist() == [False, False]
    assert after.price_fen.tolist() == [50, 200]
    assert after.vectors is before.vectors


def test_the_shelf_is_in_order_of_link_numbers() -> None:
    items = table(sku=["a", "b", "c", "d"], link_no=[None, 7, 2, None])
    assert [items.skus[row] for row in np.argsort(items.place)] == ["c", "b", "a", "d"]


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    items = table(sku=["a", "b"], title=["面霜", None], stock=[1, 0], link_no=[3, None])
    items.save(tmp_path)
    loaded = ItemTable.load(tmp_path)
    for name in ("skus", "titles", "texts", "kinds", "encoder"):
        assert getattr(loaded, name) == getattr(items, name)
    for name in ("stock", "listed", "price_fen", "vectors", "place"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(items, name))


@pytest.mark.parametrize(
    ("constraints", "wanted"),
    [
        (Constraints(), "abcd"),
        (Constraints(category="面霜"), "ab"),
        (Constraints(category="护肤/面霜/滋润"), "ab"),
        (Constraints(category="家电"), ""),
        (Constraints(max_price_fen=9_900), "ac"),
        (Constraints(min_price_fen=9_901), "b"),
        (Constraints(words=("油皮",)), "ac"),
        (Constraints(words=("油皮|敏感肌",)), "abc"),
        (Constraints(words=("油皮", "面霜")), "a"),
        (Constraints(words=("ＳＰＦ50",)), "c"),
    ],
)
def test_constraints(constraints: Constraints, wanted: str) -> None:
    items = table(
        sku=list("abcd"),
        category=["护肤/面霜", "护肤/面霜", "护肤/防晒", ""],
        price_fen=[9_900, 15_900, 5_900, None],
        text=["油皮适用", "敏感肌适用,油皮慎用", "油皮清爽 SPF50", "不适合:油皮"],
    )
    mask = items.satisfying(constraints, np.ones(4, dtype=bool))
    assert "".join(np.array(items.skus)[mask]) == wanted
