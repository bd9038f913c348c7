"""What waits to be sorted, and what is in hand until it has its outcome.

The journal is the queue. Comments are passed on in memory as they are journalled; where more
come than are sorted, the rest stays in the journal alone and is read from there in its turn.
So a flood costs disk, not memory, and a start takes no longer with much left over than with
little. Comments come in the order of their primary keys: one intake at a time writes a room.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence

from shop.database import Database
from shop.rooms import Comment
from web.rooms import recovery
from web.rooms.recovery import Waiting

logger = logging.getLogger(__name__)
# Sorted at once: enough to make a batch worth it, few enough to leave the loop to others.
AT_ONCE = 500
# Two of the largest requests; about 10 MB.
MOST_IN_MEMORY = 10_000
# Sorted, and not decided yet: beyond this, sorting waits for the others to catch up.
MOST_IN_HAND = 20_000
# Longer than any question may wait: whoever is in hand for so long has been lost on the way.
LOST_SECONDS = 900.0
_RETAKEN = 3


class Arrivals:
    """One room's; `behind` says that the journal may hold open comments from before."""

    def __init__(
        self,
        database: Database,
        room: str,
        *,
        behind: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._room, self._clock = database, room, clock
        self._memory: deque[Waiting] = deque()
        # All comments up to this primary key have come, through memory or from the journal.
        self._come = 0
        self._behind, self._reading = behind, False
        # None below this one is open, as far as has been seen.
        self._floor: int | None = None
        self._in_hand: dict[int, float] = {}
        self._retaken: Counter[int] = Counter()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        return len(self._in_hand)

    def put(self, comments: Sequence[Waiting]) -> None:
        """Comments that were just journalled."""
        fresh = [waiting for waiting in comments if waiting[0].pk > self._come]
        room = len(self._memory) + len(fresh) <= MOST_IN_MEMORY
        if fresh and room and not (self._behind or self._reading):
            self._remember(fresh)
        elif fresh:
            self.look()
        self._changed.set()

    def look(self) -> None:
        """The journal may hold more than was put here."""
        self._behind = True
        self._changed.set()

    def done(self, comments: Iterable[Comment]) -> None:
        """These have their outcome, or nobody works on them any more."""
        for comment in comments:
            self._in_hand.pop(comment.pk, None)
        self._changed.set()

    def again(self, comment: Comment) -> bool:
        """Whether work on this comment had ended by a fault before."""
        return comment.pk in self._retaken

    async def batch(self) -> list[Waiting]:
        """The next to be sorted, oldest first; waits until there are some and others are done."""
        while True:
            self._changed.clear()
            if len(self._in_hand) - len(self._memory) < MOST_IN_HAND:
                if self._memory:
                    count = min(AT_ONCE, len(self._memory))
                    return [self._memory.popleft() for _ in range(count)]
                if self._behind:
                    await self._read()
                    continue
            await self._changed.wait()

    async def sweep(self, *, settled: bool) -> int:
        """Take up again what is open in the journal and in nobody's hand; gives how many.

        A fault may end the work on a comment without an outcome; `settled` says that no decision
        waits for the disk, so that what has been in hand for very long is not coming either.
        """
        if settled:
            self._forget_lost()
        come, before = self._come, set(self._in_hand)
        found = await asyncio.to_thread(
            recovery.open_comments, self._database, self._room, self._floor or 0, up_to=come
        )
        # In hand before it was read or since: decided between the two, or about to be.
        lost = [
            waiting
            for waiting in found
            if not (waiting[0].pk in before or waiting[0].pk in self._in_hand)
            and self._retaken[waiting[0].pk] < _RETAKEN
        ]
        self._floor = min((*self._in_hand, *(c.pk for c, _ in lost), come + 1)) - 1
        for comment, _ in lost:
            self._retaken[comment.pk] += 1
        self._remember(lost)
        self._changed.set()
        return len(lost)

    async def _read(self) -> None:
        self._behind, self._reading = False, True
        try:
            found = await asyncio.to_thread(
                recovery.open_comments, self._database, self._room, self._come, limit=AT_ONCE
            )
        except BaseException:
            self._behind = True
            raise
        finally:
            self._reading = False
        if len(found) == AT_ONCE:
            self._behind = True
        self._remember(found)

    def _remember(self, comments: Sequence[Waiting]) -> None:
        if not comments:
            return
        now = self._clock()
        self._in_hand.update((comment.pk, now) for comment, _ in comments)
        self._memory.extend(comments)
        self._come = max(self._come, comments[-1][0].pk)
        if self._floor is None:
            self._floor = comments[0][0].pk - 1

    def _forget_lost(self) -> None:
        since = self._clock() - LOST_SECONDS
        for pk in [pk for pk, at in self._in_hand.items() if at < since]:
            logger.error("room=%s comment %d was lost on the way", self._room, pk)
            del self._in_hand[pk]
