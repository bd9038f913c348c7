"""Where conversations are kept: on disk, except what is said in a live room.

A room's conversation is one question and its answer, at most a size asked back, and a busy room
begins twenty a second: writing and reading its events was 60 % of the time of a message. They are
kept in memory, newest first to stay. What a stop of this process costs is a question asked back;
its answer (165 110) is understood without it. Writing them behind, in batches, was rejected: it
stores what strangers say in public for nobody to read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

# As `web` names those who ask in a room.
ROOM_PREFIX = "room."
# Some ten events each; more viewers than a room answers in three minutes.
REMEMBERED = 4000


class RoomTrackerStore(SQLTrackerStore):
    """Rasa's SQL store; conversations of rooms stay in memory, at most `remembered` of them."""

    remembered = REMEMBERED
    _rooms: OrderedDict[str, tuple[Event, ...]] | None = None

    @property
    def rooms(self) -> OrderedDict[str, tuple[Event, ...]]:
        """Events of the last session of each room conversation, the longest unused first."""
        if self._rooms is None:
            self._rooms = OrderedDict()
        return self._rooms

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what is new in this conversation."""
        if not tracker.sender_id.startswith(ROOM_PREFIX):
            await super().save(tracker)
            return
        await self.stream_events(tracker)
        self.rooms[tracker.sender_id] = _last_session(tracker.events)
        self.rooms.move_to_end(tracker.sender_id)
        while len(self.rooms) > self.remembered:
            self.rooms.popitem(last=False)

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        if not sender_id.startswith(ROOM_PREFIX):
            return await super()._retrieve(sender_id, fetch_events_from_all_sessions)
        events = self.rooms.get(sender_id)
        if not events:
            return None
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def keys(self) -> Sequence[str]:
        """All conversations that are known, on disk or in memory."""
        return [*await super().keys(), *self.rooms]


def _last_session(events: Sequence[Event]) -> tuple[Event, ...]:
    """What `SQLTrackerStore` gives too; slots are set again at the start of a session."""
    kept = list(events)
    starts = [at for at, event in enumerate(kept) if isinstance(event, SessionStarted)]
    return tuple(kept[starts[-1] :] if starts else kept)
