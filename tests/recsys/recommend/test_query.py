"""A query's history: in order, nothing of the future, not sorted again for another question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from recsys.recommend import Query

NOW = datetime(2024, 11, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_history_is_in_order_and_ends_now() -> None:
    said = (("b", "view", NOW), ("a", "view", NOW - HOUR), ("c", "view", NOW + HOUR))
    assert [touch.sku for touch in Query(history=said, now=NOW).history] == ["a", "b"]


def test_another_question_keeps_it_and_another_time_looks_again() -> None:
    query = Query(history=(("b", "view", NOW), ("a", "view", NOW - HOUR)), now=NOW)
    assert replace(query, text="面霜").history is query.history
    earlier = replace(query, now=NOW - HOUR)
    assert [touch.sku for touch in earlier.history] == ["a"]
    longer = replace(query, history=(*query.history, ("c", "view", NOW - 2 * HOUR)))
    assert [touch.sku for touch in longer.history] == ["c", "a", "b"]
