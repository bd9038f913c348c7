"""The owner's words in a running room: comments, names and answers, without a restart."""

from __future__ import annotations

import asyncio
from typing import Any

from shop import words
from shop.compliance import OWN_ARTICLE
from shop.word_draft import WordDraft
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.rooms.test_room_api import comment, decided, owner, post
from tests.web.stand_in import Client
from web.app import create_app
from web.config import AppConfig
from web.keys import DATABASE
from web.rooms import wording


async def save(client: Client, draft: WordDraft) -> None:
    """As another process would: into the database alone."""

    def store() -> None:
        with client.app[DATABASE].begin() as session:
            words.create(session, draft)

    before = wording.current()
    await asyncio.to_thread(store)
    for _ in range(100):
        if wording.current() is not before:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not in force within a second")


def outcome(found: Any, name: str) -> tuple[str, str]:
    (row,) = (row for row in found["outcomes"] if row["comment"]["id"] == name)
    return row["outcome"]["kind"], row["outcome"]["reason"]


async def test_a_word_drops_the_next_comment_and_an_exception_lets_it_in(
    client: Client, rasa: RoomRasa
) -> None:
    await post(client, comment(1, "清仓代购多少钱"))
    assert outcome(await decided(client), "c1")[0] != "dropped"
    await save(client, WordDraft("advert", "清仓代购"))
    await post(client, comment(2, "清仓代购多少钱啊"))
    assert outcome(await decided(client), "c2") == ("dropped", "advert")
    await save(client, WordDraft("allowed", "清仓代购"))
    await post(client, comment(3, "清仓代购多少钱呀"))
    assert outcome(await decided(client), "c3")[0] != "dropped"


async def test_a_forbidden_word_holds_the_next_answer_and_names_its_rule(
    client: Client, rasa: RoomRasa
) -> None:
    await save(client, WordDraft("forbidden", "99元"))
    await client.post("/api/rooms/demo/on_air", json={"sku": "A1"}, headers=owner(client))
    await post(client, comment(1))
    found = await decided(client)
    assert outcome(found, "c1") == ("handed_over", "compliance:99元")
    hit = wording.current().book.rules[-1]
    assert (hit.name, hit.article) == ("", OWN_ARTICLE)


async def test_a_name_with_a_word_of_the_owners_is_not_shown(
    client: Client, rasa: RoomRasa
) -> None:
    await save(client, WordDraft("abuse", "坏蛋主播"))
    await client.post("/api/rooms/demo/on_air", json={"sku": "A1"}, headers=owner(client))
    async with client.ws_connect("/ws/rooms/demo/overlay") as overlay:
        await post(client, comment(1, name="坏 蛋主播"))
        said = await overlay.receive_json(timeout=10)
    assert said["askers"].startswith("@观众")


async def test_words_are_in_force_before_open_comments_are_taken_up(
    client: Client, config: AppConfig, aiohttp_client: Any
) -> None:
    await save(client, WordDraft("advert", "清仓代购"))
    await client.close()
    assert wording.current().moderator.code("清仓代购") is None
    again: Client = await aiohttp_client(create_app(config))
    assert wording.current().moderator.code("清仓代购") == "advert"
    await again.close()
