"""The host's rows: their reasons are the parts of the score, and they keep their places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shop.handoff import Item
from shop.rooms import Comment
from shop.shelf import Label
from web.rooms import prompts, ranking
from web.rooms.prompts import Prompts, steady
from web.rooms.tally import Tally

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def item(pk: int, reason: str = "host_show", text: str = "转一圈", **other: Any) -> Item:
    intent = {"complaint": "complaint", "host_show": "ask_host_show"}.get(reason, "nlu_fallback")
    made = Item(pk, "demo", f"v{pk}", intent, text, "A1", reason, NOW - timedelta(seconds=40))
    return replace(made, **other)


def comments(count: int) -> list[Comment]:
    return [Comment(n, "demo", f"c{n}", f"w{n}", f"小{n}", "转", NOW, NOW) for n in range(count)]


def rows(found: Prompts, *items: Item, labels: Any = None) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = found.message(items, labels or {})["items"]
    return told


def made(tally: Tally | None = None, on_air: str | None = None, **propensity: float) -> Prompts:
    clock = lambda: NOW  # noqa: E731
    return Prompts(tally or Tally({}), lambda v: propensity.get(v, 0.0), lambda: on_air, clock)


def test_a_row_says_why_it_stands_where_it_stands() -> None:
    tally = Tally({})
    tally.asked(1, comments(12))
    found = made(tally, "A1", w5=0.5)
    (row,) = rows(found, item(1), labels={"A1": Label("A1", "卫衣", 3)})
    assert row["why"] == ["12人问", "正在讲解", "有人可能要买"]
    assert (row["count"], row["names"]) == (12, ["小0", "小1", "小2"])
    assert row["product"] == {"title": "卫衣", "link_no": 3}
    assert "w5" not in str(row)
    assert "v1" not in str(row)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"askers": 1}, ["1人问"]),
        ({"askers": 3, "intent": "complaint"}, ["3人问", "投诉"]),
        ({"askers": 2, "propensity": 0.7}, ["2人问", "有人很可能要买"]),
        ({"askers": 2, "propensity": 0.2, "waited": 50.0}, ["2人问"]),
        ({"askers": 1, "on_air": True, "intent": "ask_return"}, ["1人问", "退换货", "正在讲解"]),
    ],
)
def test_the_words_are_those_of_the_parts(given: dict[str, Any], words: list[str]) -> None:
    full = {"propensity": 0.0, "waited": 0.0, "on_air": False, "intent": "ask_price"} | given
    assert ranking.why(ranking.parts(**full), full["askers"], full["intent"]) == words


def test_the_order_is_that_of_the_one_formula() -> None:
    found = made(None, "B2", v3=1.0)
    first, second, third = rows(found, item(1), item(2, "complaint"), item(3, "restock", sku="B2"))
    # 2 of propensity and 1 of being on air, then 1.5 of severity, then nothing but waiting.
    assert [first["pks"], second["pks"], third["pks"]] == [[3], [2], [1]]


def test_questions_of_other_words_are_rows_of_their_own_and_shows_are_one() -> None:
    told = rows(
        made(),
        item(1, "unknown_question", "会起球吗"), item(2, "unknown_question", "会起球吗！"),
        item(3, "unknown_question", "防水吗"), item(4, text="上身看看"), item(5, text="转一圈"),
    )  # fmt: skip
    assert sorted(row["pks"] for row in told) == [[1, 2], [3], [4, 5]]
    assert len({row["key"] for row in told}) == 3


def test_a_row_passes_another_only_when_it_clearly_outranks_it() -> None:
    a, b, c = (("x", name, "", "") for name in "abc")
    assert steady([], {a: 1.0, b: 2.0}) == [b, a]
    assert steady([b, a], {a: 2.4, b: 2.0}) == [b, a]
    assert steady([b, a], {a: 2.6, b: 2.0}) == [a, b]
    assert steady([b, a], {a: 1.0, b: 2.0, c: 1.5}) == [b, c, a]
    assert steady([b, a], {a: 1.0, c: 9.0}) == [c, a]
    assert steady([a, b, c], {a: 0.0, b: 0.1, c: 9.0}) == [c, a, b]


def test_a_flood_of_open_items_is_counted_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "SHOWN", 3)
    many = [item(n, "unknown_question", f"问题{n}") for n in range(9)]
    message = made().message(many, {}, hidden=100)
    assert len(message["items"]) == 3
    assert message["more"] == 106
