"""What every recommender keeps, whatever it learns from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsys.recommend import (
    BadInteractions,
    Constraints,
    ItemTable,
    NoRecommender,
    NotFitted,
    Query,
    Recommender,
)

Make = Callable[[], Recommender]
Board = tuple[ItemTable, pd.DataFrame]
Ask = Callable[..., Query]


def skus(recommendations: list) -> list[str]:
    return [one.sku for one in recommendations]


def some_queries(events: pd.DataFrame, ask: Ask, now: datetime) -> list[Query]:
    return [
        Query(now=now),
        Query(now=now, text="有没有面霜", text_vector=np.array([1, 0, 0, 0], dtype=np.float32)),
        Query(now=now, on_air="i3"),
        Query(now=now, constraints=Constraints(category="女装", max_price_fen=6_000)),
        *(ask(events, f"v{v}") for v in range(10)),
    ]


@pytest.mark.parametrize("k", [0, 1, 3, 10, 50])
def test_at_most_k_and_no_item_twice(
    make: Make, board: Board, ask: Ask, now: datetime, k: int
) -> None:
    model = make().fit(*board, now=now)
    for query in some_queries(board[1], ask, now):
        # implicit once gave N + len(filter) items: exclusions must not lengthen the list.
        for asked in (query, replace(query, exclude=frozenset({"i0", "i1", "i2", "nowhere"}))):
            shown = skus(model.recommend(asked, k))
            assert len(shown) <= k
            assert len(set(shown)) == len(shown)


def test_k_of_the_query_counts_when_none_is_given(make: Make, board: Board, now: datetime) -> None:
    assert len(make().fit(*board, now=now).recommend(Query(now=now, k=2))) == 2


def test_batch_equals_single(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    model = make().fit(*board, now=now)
    queries = some_queries(board[1], ask, now)
    assert model.recommend_batch(queries, 4) == [model.recommend(query, 4) for query in queries]


def test_sold_out_and_off_shelf_are_never_shown(
    make: Make, board: Board, ask: Ask, now: datetime
) -> None:
    model = make().fit(*board, now=now)
    model.restock(stock={"i0": 0, "i4": -1, "unknown": 7}, status={"i2": "off", "i3": "off"})
    for query in some_queries(board[1], ask, now):
        assert not {"i0", "i4", "i2", "i3"} & set(skus(model.recommend(query, 10)))
    model.restock(stock={"i0": 1})
    assert "i0" in skus(model.recommend(Query(now=now), 10))


def test_all_sold_out_gives_an_empty_list(
    make: Make, board: Board, ask: Ask, now: datetime
) -> None:
    model = make().fit(*board, now=now)
    model.restock(stock=dict.fromkeys(board[0].skus, 0))
    assert not any(model.recommend_batch(some_queries(board[1], ask, now), 5))


def test_cold_viewer_is_answered(make: Make, board: Board, now: datetime) -> None:
    model = make().fit(*board, now=now)
    assert len(model.recommend(Query(now=now), 5)) == 5
    assert len(make().fit(board[0]).recommend(Query(now=now), 5)) == 5


def test_the_same_input_gives_the_same_answer(
    make: Make, board: Board, ask: Ask, now: datetime
) -> None:
    queries = some_queries(board[1], ask, now)
    first, second = (make().fit(*board, now=now).recommend_batch(queries, 6) for _ in range(2))
    assert first == second


def test_empty_shop_gives_an_empty_list(make: Make, now: datetime) -> None:
    empty = ItemTable.from_frame(pd.DataFrame({"sku": []}), np.empty((0, 4), dtype=np.float32))
    model = make().fit(empty, now=now)
    query = Query(history=(("i0", "view", now),), now=now, text="面霜", on_air="i1")
    assert model.recommend(query, 5) == []


def test_unknown_items_are_ignored(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    stranger = board[1].iloc[:1].assign(sku="nowhere")
    model = make().fit(board[0], pd.concat([board[1], stranger]), now=now)
    plain = ask(board[1], "v4")
    odd = replace(
        plain,
        history=(*plain.history, ("nowhere", "pay", now), ("i3", "no such event", now)),
        exclude=frozenset({"elsewhere"}),
        on_air="nowhere",
    )
    shown = skus(model.recommend(odd, 5))
    assert shown
    assert "nowhere" not in shown


def test_events_of_the_future_do_not_count(
    make: Make, board: Board, ask: Ask, now: datetime
) -> None:
    ahead = pd.DataFrame(
        [("v4", "i9", "pay", now + timedelta(days=3_650))], columns=["viewer", "sku", "event", "ts"]
    )
    with_it = make().fit(board[0], pd.concat([board[1], ahead]), now=now)
    query = ask(board[1], "v4")
    later = replace(query, history=(*query.history, ("i9", "pay", now + timedelta(seconds=1))))
    assert with_it.recommend(later, 5) == make().fit(*board, now=now).recommend(query, 5)


def test_constraints_hold(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    model = make().fit(*board, now=now)
    wanted = Constraints(
        category="女装", min_price_fen=3_000, max_price_fen=8_000, words=("连衣裙",)
    )
    for viewer in ("v0", "v3", "nobody"):
        query = ask(board[1], viewer, constraints=wanted)
        assert set(skus(model.recommend(query, 10))) <= {"i3", "i5", "i7"}
    impossible = Query(now=now, constraints=Constraints(max_price_fen=1))
    assert model.recommend(impossible, 5) == []


def test_live_prices_count(make: Make, board: Board, now: datetime) -> None:
    model = make().fit(*board, now=now)
    model.restock(price_fen={"i9": 500})
    cheap = Query(now=now, constraints=Constraints(max_price_fen=600))
    assert skus(model.recommend(cheap, 5)) == ["i9"]


def test_bought_items_are_hidden_unless_wanted_again(
    make: Make, board: Board, now: datetime
) -> None:
    model = make().fit(*board, now=now)
    hour = timedelta(hours=1)
    paid, back = ("i2", "pay", now - 2 * hour), ("i2", "refund", now - hour)
    assert "i2" not in skus(model.recommend(Query(history=(paid,), now=now), 10))
    again = Query(history=(paid,), now=now, hide_bought=False)
    assert "i2" in skus(model.recommend(again, 10))
    assert "i2" in skus(model.recommend(Query(history=(back, paid), now=now), 10))


def test_what_is_on_air_is_recommended_only_to_a_question(
    make: Make, board: Board, now: datetime
) -> None:
    model = make().fit(*board, now=now)
    assert "i0" not in skus(model.recommend(Query(now=now, on_air="i0"), 10))
    asked = Query(now=now, on_air="i0", constraints=Constraints(category="护肤"))
    assert "i0" in skus(model.recommend(asked, 10))


def test_scores_do_not_increase(make: Make, board: Board, ask: Ask, now: datetime) -> None:
    model = make().fit(*board, now=now)
    for ranked in model.recommend_batch(some_queries(board[1], ask, now), 10):
        scores = [one.score for one in ranked]
        assert scores == sorted(scores, reverse=True)
        assert np.isfinite(scores).all()


def test_every_reason_is_one_chinese_sentence(
    make: Make, board: Board, ask: Ask, now: datetime
) -> None:
    model = make().fit(*board, now=now)
    for ranked in model.recommend_batch(some_queries(board[1], ask, now), 10):
        for one in ranked:
            assert any("一" <= character <= "鿿" for character in one.reason)
            assert not set("。！？\n") & set(one.reason)
            assert len(one.reason) <= 80


def test_saved_and_loaded_it_is_the_same(
    make: Make, board: Board, ask: Ask, now: datetime, tmp_path: Path
) -> None:
    model = make().fit(*board, now=now)
    model.restock(stock={"i6": 0})
    model.save(tmp_path / "model")
    queries = some_queries(board[1], ask, now)
    loaded = Recommender.load(tmp_path / "model")
    assert type(loaded) is type(model)
    assert loaded.config == model.config
    assert loaded.recommend_batch(queries, 6) == model.recommend_batch(queries, 6)
    loaded.restock(stock={"i8": 0})
    assert "i8" not in skus(loaded.recommend(Query(now=now), 10))


def test_nothing_saved_needs_unpickling(
    make: Make, board: Board, now: datetime, tmp_path: Path
) -> None:
    make().fit(*board, now=now).save(tmp_path)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".json", ".npz"}
    for path in tmp_path.rglob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


def test_misuse_has_a_named_error(make: Make, board: Board, now: datetime, tmp_path: Path) -> None:
    with pytest.raises(NotFitted):
        make().recommend(Query(now=now), 3)
    with pytest.raises(NoRecommender, match="train"):
        Recommender.load(tmp_path / "empty")
    with pytest.raises(BadInteractions, match="sku, ts"):
        make().fit(board[0], pd.DataFrame({"viewer": ["v1"]}))


@pytest.mark.parametrize("file", ["items.json", "items.npz", "model.json", "model.npz"])
@pytest.mark.parametrize("damage", [None, b"", b"{}", b"PK\x03\x04 half a file"])
def test_a_damaged_folder_has_a_named_error(
    make: Make, board: Board, now: datetime, tmp_path: Path, file: str, damage: bytes | None
) -> None:
    make().fit(*board, now=now).save(tmp_path)
    if damage is None:
        (tmp_path / file).unlink()
    else:
        (tmp_path / file).write_bytes(damage)
    with pytest.raises(NoRecommender):
        Recommender.load(tmp_path)


def test_dirty_interactions_are_left_out(make: Make, board: Board, now: datetime) -> None:
    dirty = pd.DataFrame(
        {
            "viewer": [None, "v1", "v1", "v2"],
            "sku": ["i1", None, "i1", "i1"],
            "event": ["view", "view", "view", None],
            "ts": [now.isoformat(), now.isoformat(), "not a time", now.isoformat()],
            "value": [float("nan"), float("inf"), -1, "x"],
        }
    )
    assert len(make().fit(board[0], dirty, now=now).recommend(Query(now=now), 3)) == 3


def test_one_viewer_and_one_item(make: Make, now: datetime) -> None:
    items = ItemTable.from_frame(
        pd.DataFrame({"sku": ["a"], "title": ["面霜"]}), np.ones((1, 4), dtype=np.float32)
    )
    events = pd.DataFrame({"viewer": ["v"], "sku": ["a"], "event": ["view"], "ts": [now]})
    model = make().fit(items, events, now=now)
    query = Query(history=(("a", "view", now),), now=now)
    assert skus(model.recommend(query, 3)) in (["a"], [])
    assert skus(model.recommend(Query(now=now), 3)) == ["a"]


def test_checkerboard_shows_each_viewer_the_missing_square(
    make_personal: Make, board: Board, ask: Ask, now: datetime
) -> None:
    model = make_personal().fit(*board, now=now)
    for v in range(10):
        assert model.recommend(ask(board[1], f"v{v}"), 1)[0].sku == f"i{v}"


def test_checkerboard_answers_a_question_by_its_meaning(
    make_reading: Make, board: Board, now: datetime
) -> None:
    model = make_reading().fit(*board, now=now)
    dress = np.array([0, 1, 0, 0], dtype=np.float32)
    shown = skus(model.recommend(Query(now=now, text="夏天穿的", text_vector=dress), 5))
    assert set(shown) == {"i1", "i3", "i5", "i7", "i9"}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_is_asked_the_rules_hold(
    make: Make, board: Board, now: datetime, data: st.DataObject
) -> None:
    items, events = board
    sku = st.sampled_from([*items.skus, "nowhere", ""])
    touch = st.tuples(
        sku,
        st.sampled_from(["view", "cart", "pay", "refund", "?"]),
        st.integers(-100, 100).map(lambda hours: now + timedelta(hours=hours)),
    )
    query = Query(
        history=data.draw(st.lists(touch, max_size=6)),
        now=now,
        text=data.draw(st.one_of(st.none(), st.text(max_size=20))),
        text_vector=data.draw(
            st.sampled_from([None, np.zeros(4), np.full(4, np.nan), np.ones(7), np.ones(4)])
        ),
        constraints=Constraints(
            max_price_fen=data.draw(st.one_of(st.none(), st.integers(-1, 12_000)))
        ),
        on_air=data.draw(st.one_of(st.none(), sku)),
        exclude=data.draw(st.frozensets(sku, max_size=4)),
    )
    stock = data.draw(st.dictionaries(sku, st.integers(-1, 2)))
    k = data.draw(st.integers(-1, 12))
    model = make().fit(items, events, now=now)
    model.restock(stock=stock)
    shown = skus(model.recommend(query, k))
    assert len(shown) == len(set(shown)) <= max(k, 0)
    assert not set(shown) & (query.exclude | {s for s, left in stock.items() if left <= 0})
    assert not set(shown) & query.bought
