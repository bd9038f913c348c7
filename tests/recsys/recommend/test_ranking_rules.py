"""What the base does with scores."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from recsys.recommend import ItemTable, Query, Recommender
from recsys.recommend.base import Arrays, Rows, Scores
from recsys.recommend.interactions import Interactions

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class Fixed(Recommender):
    """Gives the scores it was told; not of a kind of its own, so nothing can load it."""

    told: Scores

    def scores(self, query: Query) -> Scores:
        return self.told

    def explain(self, query: Query, rows: Rows) -> list[str]:
        return ["因为"] * len(rows)

    def _fit(self, items: ItemTable, interactions: Interactions) -> None: ...

    def _arrays(self) -> Arrays:
        return {}

    def _restore(self, items: ItemTable, arrays: Arrays, folder: Path) -> None: ...


def ranked(scores: list[float], query: Query, k: int = 9) -> str:
    frame = pd.DataFrame({"sku": list("abcd")[: len(scores)]})
    model = Fixed().fit(ItemTable.from_frame(frame, np.zeros((len(scores), 1), dtype=np.float32)))
    model.told = np.array(scores)
    return "".join(one.sku for one in model.recommend(query, k))


def test_what_differs_in_the_last_bits_is_a_tie_that_the_shelf_decides() -> None:
    assert ranked([0.5, 0.5 + 1e-9, 0.5 + 1e-3], Query(now=NOW)) == "cab"
    assert ranked([0.5, 0.5 + 1e-9, 0.5], Query(now=NOW), k=1) == "a"


def test_no_opinion_is_not_shown() -> None:
    assert ranked([np.nan, 0.1, np.inf, -5.0], Query(now=NOW)) == "bd"
    assert ranked([np.nan, np.nan], Query(now=NOW)) == ""


def test_touched_items_keep_their_order_below_the_rest_whatever_the_scale() -> None:
    history = (("b", "view", NOW), ("c", "view", NOW), ("b", "cart", NOW))
    assert ranked([-3e4, 9e4, 8e4, -5e4], Query(history=history, now=NOW)) == "adbc"
    assert ranked([-3e4, 9e4, 8e4, -5e4], Query(history=history, now=NOW, text="?")) == "bcad"


@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, np.nan]), max_size=12),
    st.permutations(range(12)),
    st.integers(0, 14),
)
def test_the_first_k_are_those_of_sorting_everything(
    scores: list[float], links: list[int], k: int
) -> None:
    frame = pd.DataFrame(
        {"sku": [f"i{row}" for row in range(len(scores))], "link_no": links[: len(scores)]}
    )
    items = ItemTable.from_frame(frame, np.zeros((len(scores), 1), dtype=np.float32))
    model = Fixed().fit(items)
    model.told = np.array(scores)
    rated = [row for row in range(len(scores)) if np.isfinite(scores[row])]
    wanted = sorted(rated, key=lambda row: (-scores[row], items.place[row]))[:k]
    shown = model.ranked(Query(now=NOW), k) or []
    assert [one.sku for one in shown] == [f"i{row}" for row in wanted]
    shelf = sorted(range(len(scores)), key=lambda row: items.place[row])[:k]
    assert [one.sku for one in model.shelf(Query(now=NOW), k)] == [f"i{row}" for row in shelf]
