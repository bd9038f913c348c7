"""Offers to who stays: only when wanted, once a step, to nobody else, never in a room."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from actions.suggesting.policy import LIMITS
from recsys.ranking.steps import MOST_SHOWN, MOST_STEPS
from shop import impressions, recommend_setting
from shop.recommend_setting import Setting, StepDraft
from tests.web.stand_in import Client
from web.channels.widget.connections import CONNECTIONS
from web.keys import DATABASE, DESK, SESSIONS
from web.recommending.offers import Offers
from web.rooms.publishing import compose

STEPS = (StepDraft(0, 1, 0.0), StepDraft(60, 2, 0.0), StepDraft(300, 3, 0.0))


async def wanted(client: Client, on: bool, version: int = 0) -> None:
    def save() -> None:
        with client.app[DATABASE].begin() as session:
            setting = Setting(steps=STEPS, offers=on).checked(LIMITS, MOST_SHOWN, MOST_STEPS)
            recommend_setting.edit(session, setting, version)

    await asyncio.to_thread(save)


async def joined(client: Client) -> tuple[Any, str]:
    socket = await client.ws_connect("/ws/chat")
    await socket.send_json({"type": "hello"})
    greeted = await socket.receive_json()
    return socket, client.app[SESSIONS].open(greeted["session"]).viewer


def later(client: Client, seconds: list[float]) -> Offers:
    """Offers whose clock is ahead by what stands in `seconds`."""
    return Offers(client.app, clock=lambda: time.monotonic() + seconds[0])


async def test_an_offer_comes_once_a_step_to_the_viewer_alone(ready: Client) -> None:
    await wanted(ready, True)
    socket, viewer = await joined(ready)
    ahead = [0.0]
    offers = later(ready, ahead)
    assert await offers.look() == 0
    ahead[0] = 61
    assert await offers.look() == 1
    assert await offers.look() == 0
    message = await socket.receive_json(timeout=5)
    assert message["type"] == "offer"
    assert [block["type"] for block in message["replies"]] == ["text", *["product_card"] * 2]
    assert all(block["private"] for block in message["replies"])
    ahead[0] = 301
    assert await offers.look() == 1
    assert len((await socket.receive_json(timeout=5))["replies"]) == 4
    await asyncio.to_thread(ready.app[DESK].impressions.flush)
    with ready.app[DATABASE].read() as session:
        kept = impressions.of_viewer(session, viewer)
    assert [one.place for one in kept] == ["offer"] * 5
    # Were it ever to come into a room, nothing of it would be shown there.
    publication = compose(message["replies"])
    assert not publication.public
    assert not publication.blocks
    await socket.close()


async def test_nothing_is_offered_unless_the_owner_wants_it_or_to_who_left(ready: Client) -> None:
    socket, _ = await joined(ready)
    offers = later(ready, [1000.0])
    assert await offers.look() == 0
    await wanted(ready, False)
    assert await offers.look() == 0
    await wanted(ready, True, 1)
    await socket.close()
    for _ in range(200):
        if not ready.app[CONNECTIONS].since():
            break
        await asyncio.sleep(0.02)
    assert await later(ready, [1000.0]).look() == 0
    again, _ = await joined(ready)
    assert await later(ready, [1000.0]).look() == 1  # the same, to one who is here
    await again.close()
