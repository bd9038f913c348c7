"""The host's view: everything that the prompter shows, and of it what has changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from shop import handoff, shelf
from shop.database import Database
from shop.handoff import Item
from shop.shelf import Label, Low
from web.rooms.prompts import Prompts
from web.rooms.signals import Signals
from web.rooms.tally import Tally

Message = dict[str, Any]
# This many pieces, or fewer, of a product or variant are "running low".
LOW_STOCK: Final = 5
BUYERS: Final = 5
# Of the open items the newest are ranked; a host who left thousands open starts with these.
RANKED: Final = 500
# Stock and buyers change slowly, and a list that is always new is never read.
SLOW_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class _Open:
    items: list[Item]
    hidden: int
    labels: dict[str, Label]


class HostView:
    """The messages of one room's prompter; `told` forgets nothing until `forget`."""

    def __init__(
        self,
        room: str,
        database: Database,
        tally: Tally,
        signals: Signals,
        on_air: Callable[[], str | None],
    ) -> None:
        self._room, self._database, self._tally = room, database, tally
        self._signals, self._on_air = signals, on_air
        self._prompts = Prompts(tally, signals, on_air)
        self._told: dict[str, Message] = {}
        self._slow_at = -SLOW_SECONDS
        self._slow: list[Message] = []
        self._shelf_of: str | None = None

    async def state(self) -> list[Message]:
        """All messages: what a page starts from."""
        found = await asyncio.to_thread(self._read)
        prompt = self._prompts.message(found.items, found.labels, found.hidden)
        return [self._tally.counts(self._on_air()), prompt, *await self._slowly()]

    async def changes(self) -> list[Message]:
        """The messages that differ from the last time."""
        state = {str(message["type"]): message for message in await self.state()}
        changed = [message for kind, message in state.items() if self._told.get(kind) != message]
        self._told = state
        return changed

    def forget(self) -> None:
        """Nobody looks any more: the next `changes` are everything."""
        self._told = {}

    async def _slowly(self) -> list[Message]:
        now, on_air = time.monotonic(), self._on_air()
        if now - self._slow_at >= SLOW_SECONDS or on_air != self._shelf_of:
            self._slow_at, self._shelf_of = now, on_air
            low = await asyncio.to_thread(self._read_shelf, on_air)
            buyers = {"type": "buyers", "viewers": self._signals.likeliest(BUYERS)}
            self._slow = [low, buyers]
        return self._slow

    def _read(self) -> _Open:
        with self._database.read() as session:
            items = handoff.open_items(session, self._room, RANKED)
            full = len(items) == RANKED
            count = handoff.count_open(session, self._room) if full else len(items)
            labels = shelf.labels(session, {item.sku for item in items if item.sku})
        return _Open(items, count - len(items), labels)

    def _read_shelf(self, on_air: str | None) -> Message:
        with self._database.read() as session:
            low = shelf.running_low(session, on_air, LOW_STOCK)
            named = shelf.labels(session, [on_air] if on_air else [])
        return {
            "type": "shelf",
            "on_air": _called(named[on_air]) if on_air in named else None,
            "low": [_low(one, on_air) for one in low],
        }


def _called(named: Label) -> Message:
    return {"sku": named.sku, "title": named.title, "link_no": named.link_no}


def _low(one: Low, on_air: str | None) -> Message:
    left = [{"name": left.name, "stock": left.stock} for left in one.left]
    return {**_called(one.label), "on_air": one.label.sku == on_air, "left": left}
