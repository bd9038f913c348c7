"""Conversations of a room stay in memory, all others on disk, and both go on as they should."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from rasa_project.room_tracker_store import RoomTrackerStore

DOMAIN = Domain.from_yaml("slots:\n  size:\n    type: any\n    mappings:\n    - type: custom\n")


@pytest.fixture
def store(tmp_path: Path) -> RoomTrackerStore:
    return RoomTrackerStore(DOMAIN, dialect="sqlite", db=str(tmp_path / "tracker.db"))


def said(store: RoomTrackerStore, sender: str, *texts: str) -> DialogueStateTracker:
    tracker = asyncio.run(store.get_or_create_tracker(sender))
    for text in texts:
        tracker.update_with_events([UserUttered(text)], DOMAIN)
    asyncio.run(store.save(tracker))
    return tracker


@pytest.mark.parametrize("sender", ["room.v1", "widget.v1"])
def test_a_conversation_goes_on(store: RoomTrackerStore, sender: str) -> None:
    said(store, sender, "多少钱")
    again = said(store, sender, "怎么洗")
    assert [e.text for e in again.events if isinstance(e, UserUttered)] == ["多少钱", "怎么洗"]
    assert sender in asyncio.run(store.keys())


def test_only_what_is_no_room_is_on_disk(store: RoomTrackerStore) -> None:
    said(store, "room.v1", "多少钱")
    said(store, "widget.v1", "多少钱")
    with store.session_scope() as session:
        kept = {sender for (sender,) in session.query(store.SQLEvent.sender_id)}
    assert kept == {"widget.v1"}


def test_what_was_not_saved_is_not_remembered(store: RoomTrackerStore) -> None:
    said(store, "room.v1", "多少钱")
    tracker = asyncio.run(store.get_or_create_tracker("room.v1"))
    tracker.update_with_events([UserUttered("怎么洗")], DOMAIN)
    again = asyncio.run(store.retrieve("room.v1"))
    assert again is not None
    assert [e.text for e in again.events if isinstance(e, UserUttered)] == ["多少钱"]


def test_a_new_session_leaves_the_old_one_behind(store: RoomTrackerStore) -> None:
    tracker = said(store, "room.v1", "多少钱")
    restart = [ActionExecuted("action_session_start"), SessionStarted(), SlotSet("size", "M")]
    tracker.update_with_events(restart, DOMAIN)
    asyncio.run(store.save(tracker))
    again = asyncio.run(store.retrieve("room.v1"))
    assert again is not None
    assert not [e for e in again.events if isinstance(e, UserUttered)]
    assert again.get_slot("size") == "M"


def test_the_longest_unused_is_forgotten_first(store: RoomTrackerStore) -> None:
    store.remembered = 2
    for sender in ("room.a", "room.b", "room.a", "room.c"):
        said(store, sender, "多少钱")
    assert list(store.rooms) == ["room.a", "room.c"]
    assert asyncio.run(store.retrieve("room.b")) is None
