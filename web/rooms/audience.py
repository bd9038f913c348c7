"""Those who watch a room: open sockets, each with its own queue, so that none slows the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Message = Mapping[str, Any]
# A page that is this far behind is better off connecting anew.
_BEHIND = 256


class Listener:
    """One watcher's queue; ends when the watcher falls too far behind or the room closes."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Message | None] = asyncio.Queue(_BEHIND)
        self._ended = False

    def put(self, message: Message) -> None:
        """Queue a message; a full queue ends the listener."""
        if self._ended:
            return
        if self._queue.full():
            self.end()
            return
        self._queue.put_nowait(message)

    def end(self) -> None:
        """No more messages; what is still queued is not worth sending."""
        self._ended = True
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def messages(self) -> AsyncIterator[Message]:
        """Every message until the end."""
        while (message := await self._queue.get()) is not None:
            yield message


class Audience:
    """Sends to all who listen."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def __len__(self) -> int:
        return len(self._listeners)

    @contextmanager
    def listening(self) -> Iterator[Listener]:
        """A listener for the time of the block."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def send(self, message: Message) -> None:
        """To everybody; never waits."""
        for listener in tuple(self._listeners):
            listener.put(message)

    def close(self) -> None:
        """End every listener."""
        for listener in tuple(self._listeners):
            listener.end()
