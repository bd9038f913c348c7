"""What an attacker, a broken export or a young shop sends: a short list, never an exception."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import BadItems, Constraints, ItemTable, Query, Recommender

Make = Callable[[], Recommender]
Board = tuple[ItemTable, pd.DataFrame]
Ask = Callable[..., Query]


def shown(model: Recommender, query: Query, k: int = 10) -> list[str]:
    given = model.recommend(query, k)
    assert len(given) <= max(k, 0)
    assert all(np.isfinite(one.score) and one.reason for one in given)
    skus = [one.sku for one in given]
    assert len(set(skus)) == len(skus)
    available = model.items.available
    assert all(available[model.items.rows[sku]] for sku in skus)
    return skus


def shop(n: int = 6, **columns: Any) -> ItemTable:
    vectors = np.eye(max(n, 4), dtype=np.float32)[:n]
    frame = pd.DataFrame({"sku": [f"i{row}" for row in range(n)], "title": "面霜", **columns})
    return ItemTable.from_frame(frame, vectors)


def test_a_viewer_nobody_knows_with_a_history_nobody_knows(
    make: Make, board: Board, now: datetime
) -> None:
    model = make().fit(*board, now=now)
    lost = Query(history=(("gone", "pay", now), ("", "view", now)), now=now, on_air="gone")
    assert shown(model, lost) == shown(model, Query(now=now))


def test_one_viewer_is_the_whole_matrix(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    events = board[1][board[1]["viewer"] == "v0"]
    model = make().fit(board[0], events, now=now)
    assert shown(model, ask(events, "v0"))
    assert len(shown(model, Query(now=now), 3)) == 3


def test_one_item_is_the_whole_matrix(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    events = board[1].assign(sku="i0").drop_duplicates("viewer")
    model = make().fit(board[0], events, now=now)
    assert shown(model, ask(events, "v3"))


def test_the_same_event_a_thousand_times(make: Make, board: Board, now: datetime) -> None:
    flood = pd.DataFrame({"viewer": "bot", "sku": "i7", "event": "click", "ts": [now] * 1_000})
    model = make().fit(board[0], pd.concat([board[1], flood]), now=now)
    assert shown(model, Query(history=[("i7", "click", now)] * 1_000, now=now))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1e300, 1e300, "很久", None])
def test_values_and_ratings_that_are_no_numbers(
    make: Make, board: Board, ask: Ask, now: datetime, value: Any
) -> None:
    odd = board[1].assign(value=pd.Series([value] * len(board[1]), dtype=object), event="dwell")
    model = make().fit(board[0], odd, now=now)
    assert shown(model, ask(board[1], "v2"))
    if not isinstance(value, str):
        history = (("i1", "dwell", now, value), ("i3", "dwell", now, value))
        assert shown(model, Query(history=history, now=now))


def test_only_events_of_the_future(make: Make, board: Board, now: datetime) -> None:
    ahead = board[1].assign(ts=now + timedelta(days=1))
    model = make().fit(board[0], ahead, now=now)
    plain = make().fit(board[0], now=now)
    assert model.recommend(Query(now=now), 5) == plain.recommend(Query(now=now), 5)


def test_an_event_before_there_was_time(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    ancient = board[1].assign(ts=0.0)
    model = make().fit(board[0], ancient, now=now)
    assert shown(model, ask(board[1], "v2"))


def test_all_is_sold_out_but_one(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    model = make().fit(*board, now=now)
    model.restock(stock={sku: int(sku == "i4") for sku in board[0].skus})
    assert shown(model, Query(now=now)) == ["i4"]
    assert shown(model, Query(now=now, exclude=frozenset({"i4"}))) == []
    assert shown(model, Query(now=now, text="面霜", on_air="i4")) in ([], ["i4"])


@pytest.mark.parametrize("unsound", [None, np.nan, np.inf, "售罄", "", pd.NA, [], 10**400])
def test_a_stock_or_price_that_is_no_number(
    make: Make, board: Board, now: datetime, unsound: Any
) -> None:
    model = make().fit(*board, now=now)
    model.restock(stock={"i0": unsound}, price_fen={"i1": unsound}, status={"i2": unsound})
    given = shown(model, Query(now=now))
    assert not {"i0", "i2"} & set(given)
    assert "i1" in given
    cheap = Query(now=now, constraints=Constraints(max_price_fen=10**15))
    assert "i1" not in shown(model, cheap)


def test_numbers_beyond_all_bounds(make: Make, now: datetime) -> None:
    items = shop(
        price_fen=[1e30, -5, np.inf, np.nan, 100, -np.inf],
        stock=[1e30, 1, 1, 1, 1, 1],
        link_no=[1e30, -1e30, np.nan, 3, 3, 0],
    )
    model = make().fit(items, now=now)
    assert len(shown(model, Query(now=now))) == 6
    priced = Query(now=now, constraints=Constraints(min_price_fen=0, max_price_fen=1_000))
    assert shown(model, priced) == ["i4"]


@pytest.mark.parametrize("unsound", [np.nan, np.inf, -np.inf, 3e38])
def test_one_spoilt_vector_does_not_spoil_the_others(
    make: Make, board: Board, ask: Ask, now: datetime, unsound: float
) -> None:
    items, events = board
    frame = pd.DataFrame(
        {"sku": [*items.skus, "odd"], "title": [*items.titles, "面霜"], "link_no": range(1, 12)}
    )
    spoilt = np.full((1, 4), unsound, dtype=np.float32)
    model = make().fit(ItemTable.from_frame(frame, np.vstack([items.vectors, spoilt])), events, now)
    for viewer in ("v0", "v3"):
        given = shown(model, ask(events, viewer), 11)
        assert [sku for sku in given if sku != "odd"][:1] == shown(
            make().fit(items, events, now), ask(events, viewer), 1
        )


@pytest.mark.parametrize("unsound", [np.nan, np.inf, 3e38, 0.0])
def test_a_question_with_a_spoilt_vector(
    make: Make, board: Board, now: datetime, unsound: float
) -> None:
    model = make().fit(*board, now=now)
    query = Query(now=now, text="面霜", text_vector=np.full(4, unsound, dtype=np.float32))
    assert shown(model, query)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800", "面" * 100_000, "%s{}'\"; DROP", "‮霜面", "\n\n", "😀" * 50, "|||"],
)
def test_texts_that_are_no_question(make: Make, board: Board, now: datetime, text: str) -> None:
    model = make().fit(*board, now=now)
    shown(model, Query(now=now, text=text))
    shown(model, Query(now=now, text=text, constraints=Constraints(words=(text,), category=text)))


@pytest.mark.parametrize("k", [-(10**9), -1, 0, 10**9])
def test_any_k(make: Make, board: Board, now: datetime, k: int) -> None:
    model = make().fit(*board, now=now)
    assert len(shown(model, Query(now=now), k)) == (10 if k > 0 else 0)
    assert len(model.recommend(Query(now=now, k=k))) == (10 if k > 0 else 0)


def test_conditions_that_contradict_each_other(make: Make, board: Board, now: datetime) -> None:
    model = make().fit(*board, now=now)
    for constraints in (
        Constraints(min_price_fen=5_000, max_price_fen=4_000),
        Constraints(max_price_fen=-1),
        Constraints(category="护肤", words=("连衣裙",)),
        Constraints(words=("",)),
    ):
        assert shown(model, Query(now=now, constraints=constraints)) == []


def test_times_with_and_without_a_zone(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    model = make().fit(*board, now=now)
    query = ask(board[1], "v4")
    naive = tuple(touch._replace(ts=touch.ts.replace(tzinfo=None)) for touch in query.history)
    bare = replace(query, history=naive, now=now.replace(tzinfo=None))
    assert model.recommend(bare, 5) == model.recommend(query, 5)


def test_two_items_of_one_sku_are_refused() -> None:
    one = shop(2)
    columns = ("titles", "categories", "brands", "texts", "price_fen", "stock", "listed", "link_no")
    with pytest.raises(BadItems, match="1 different"):
        ItemTable(("a", "a"), *(getattr(one, name) for name in columns), one.vectors)
