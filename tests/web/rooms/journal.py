"""What tests of rooms ask of the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from shop import rooms
from shop.database import Database
from shop.rooms import Comment
from web.rooms.engine import Engine

Say = Callable[..., list[Comment]]


async def all_decided(database: Database, within: float = 10.0) -> dict[str, tuple[str, str]]:
    """Wait until no comment is open; gives outcomes by comment id as (kind, reason)."""
    for _ in range(int(within / 0.02)):
        with database.read() as session:
            if not rooms.counts(session, "demo")["pending"]:
                found = rooms.outcomes(session, "demo", limit=10_000)
                return {one.comment.id: (one.outcome.kind, one.outcome.reason) for one in found}
        await asyncio.sleep(0.02)
    with database.read() as session:
        raise AssertionError(f"still open: {rooms.pending(session, 'demo')[:5]}")


async def counted(engine: Engine, within: float = 5.0) -> None:
    """Wait until the engine has counted what is decided: that comes just after the disk."""
    async with asyncio.timeout(within):
        while engine.tally.counts(None)["pending"]:
            await asyncio.sleep(0.01)
