"""The widget's home: for who is new and who comes back, and the taps on it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shop import catalogue, events, impressions
from shop.word_draft import WordDraft
from shop.words import create
from tests.web.stand_in import Client
from web.keys import DATABASE, DESK, SESSIONS
from web.words.following import FOLLOWER


async def post(client: Client, path: str, body: Any) -> tuple[int, Any]:
    response = await client.post(f"/api/recommendations{path}", json=body)
    return response.status, await response.json()


async def test_a_fresh_visitor_gets_cards_and_a_session(ready: Client) -> None:
    status, home = await post(ready, "", {})
    assert (status, home["kind"]) == (200, "fresh")
    assert "卖" in home["title"]
    assert len(home["replies"]) == 3
    assert all(card["type"] == "product_card" and card["reason"] for card in home["replies"])
    viewer = ready.app[SESSIONS].open(home["session"]).viewer
    await asyncio.to_thread(ready.app[DESK].impressions.flush)
    with ready.app[DATABASE].read() as session:
        kept = impressions.of_viewer(session, viewer)
    assert [one.sku for one in kept] == [card["sku"] for card in home["replies"]]
    assert {one.place for one in kept} == {"home"}


async def test_a_tap_counts_once_and_makes_the_next_home_a_personal_one(ready: Client) -> None:
    home = (await post(ready, "", {}))[1]
    dress = next(card for card in home["replies"])
    body = {"session": home["session"], "shown": dress["shown"]}
    assert await post(ready, "/click", body) == (200, {"counted": True})
    assert await post(ready, "/click", body) == (200, {"counted": False})
    again = (await post(ready, "", {"session": home["session"]}))[1]
    assert again["kind"] == "returning"
    assert "欢迎回来" in again["title"]
    assert again["session"] == home["session"]
    assert any("您刚点开过" in card["reason"] for card in again["replies"])
    await asyncio.to_thread(ready.app[DESK].impressions.flush)
    owners = await (await ready.get("/console/api/recommend/model")).json()
    assert owners["results"] == [{"place": "home", "shown": 6, "clicked": 1}]
    with ready.app[DATABASE].read() as session:
        table = impressions.frame(session, datetime.now(UTC) - timedelta(hours=1))
    assert table.loc[table["list"] == dress["shown"].split(":")[0], "clicked"].sum() == 1


@pytest.mark.parametrize(
    ("shown", "status", "code"),
    [
        ("", 400, "bad_field"),
        ("x:0", 400, "bad_field"),
        ("0" * 16 + ":0", 404, "unknown_list"),
    ],
)
async def test_taps_on_what_was_never_shown_are_refused(
    ready: Client, shown: str, status: int, code: str
) -> None:
    home = (await post(ready, "", {}))[1]
    got, told = await post(ready, "/click", {"session": home["session"], "shown": shown})
    assert (got, told["error"]["code"]) == (status, code)


async def test_nobody_taps_for_another(ready: Client) -> None:
    mine = (await post(ready, "", {}))[1]
    other = (await post(ready, "", {}))[1]
    body = {"session": other["session"], "shown": mine["replies"][0]["shown"]}
    assert (await post(ready, "/click", body))[0] == 404
    assert (await post(ready, "/click", {"shown": mine["replies"][0]["shown"]}))[0] == 401


async def test_the_page_that_is_open_speaks_and_is_not_what_is_suggested_first(
    ready: Client,
) -> None:
    home = (await post(ready, "", {"sku": "W1"}))[1]
    assert home["replies"][0]["sku"] != "W1"
    assert "小黑裙" in home["replies"][0]["reason"]


async def test_a_shop_without_a_model_or_goods_shows_no_cards(client: Client) -> None:
    home = (await post(client, "", {}))[1]
    assert (home["replies"], home["title"]) == ([], "")
    assert home["session"]


async def test_sold_out_and_forbidden_words_never_show(ready: Client) -> None:
    def change() -> None:
        with ready.app[DATABASE].begin() as session:
            catalogue.put_stock(session, "W2", 0)
            create(session, WordDraft("forbidden", "面霜"))

    await asyncio.to_thread(change)
    await ready.app[FOLLOWER].refresh()
    seen = set()
    for _ in range(3):
        home = (await post(ready, "", {}))[1]
        seen |= {card["sku"] for card in home["replies"]}
        assert all(card["type"] == "product_card" for card in home["replies"])
    assert seen
    assert not seen & {"W2", "C1"}


async def test_events_of_a_tap_are_the_viewers_own(ready: Client) -> None:
    home = (await post(ready, "", {}))[1]
    card = home["replies"][1]
    await post(ready, "/click", {"session": home["session"], "shown": card["shown"]})
    viewer = ready.app[SESSIONS].open(home["session"]).viewer
    with ready.app[DATABASE].read() as session:
        (event,) = events.of_viewer(session, viewer)
    assert (event.event, event.sku, event.event_id) == (
        "click",
        card["sku"],
        f"imp:{card['shown']}",
    )
