"""The owner's own intents in a room: grouped by how they are answered, not by their name."""

from __future__ import annotations

from typing import Any

import pytest

from shop import own_intents
from shop.database import Database
from shop.own_intent_draft import OwnIntentDraft
from web.rooms.grouping import Key, key_of, understand
from web.rooms.own import OwnIntents
from web.rooms.reasons import INTENT_DROPS, OWN_REPLY

EXAMPLES = ("能带猫吗", "狗可以进店吗", "宠物能来吗", "带狗狗行吗", "猫猫能进吗")


def key(text: str, viewer: str, like: str, on_air: str | None = None) -> Key:
    parse: dict[str, Any] = {"intent": {"name": "own_pets"}, "entities": []}
    return key_of(understand(parse, text, on_air, {}.get, like), viewer)


def created(database: Database, reply: str = "", action: str = "") -> str:
    with database.begin() as session:
        draft = OwnIntentDraft("带宠物", EXAMPLES, reply, action)
        return own_intents.create(session, draft).name


def test_a_fixed_reply_is_the_same_question_for_everybody() -> None:
    assert key("能带猫吗", "v1", OWN_REPLY) == key("狗可以进店吗", "v2", OWN_REPLY)


def test_an_action_groups_as_the_shipped_intent_that_it_answers() -> None:
    """Which attribute, which product, whose order: the action's own answer depends on these."""
    assert key("什么面料", "v1", "ask_spec", "A1") != key("净含量多少", "v1", "ask_spec", "A1")
    assert key("多少", "v1", "ask_price") != key("多少", "v2", "ask_price")
    assert key("多少", "v1", "ask_price", "A1") == key("啥价", "v2", "ask_price", "A1")
    assert key("单号呢", "v1", "ask_order_status", "A1").viewer == "v1"


@pytest.mark.parametrize(
    ("reply", "action", "like"),
    [
        ("可以带", "", OWN_REPLY),
        ("", "action_price", "ask_price"),
        ("", "action_shipping", "ask_shipping_time"),
    ],
)
async def test_how_an_intent_is_answered_is_read_from_the_shop(
    database: Database, reply: str, action: str, like: str
) -> None:
    assert await OwnIntents(database).like(created(database, reply, action)) == like


async def test_small_talk_of_the_owners_is_no_question_for_the_room(database: Database) -> None:
    found = await OwnIntents(database).like(created(database, action="action_smalltalk"))
    assert INTENT_DROPS[found] == "smalltalk"


async def test_an_intent_made_during_the_show_is_known_soon(database: Database) -> None:
    now = 100.0
    own = OwnIntents(database, lambda: now)
    assert await own.like("own_unknown") == "own_unknown"
    name = created(database, "可以带")
    assert await own.like(name) == name  # not asked of the database for every comment
    now += 6
    assert await own.like(name) == OWN_REPLY
