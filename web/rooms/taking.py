"""Comments into a room: in the journal first, then in the hands of its engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from aiohttp import web

from shop import rooms
from shop.rooms import Accepted, Incoming
from web.keys import DATABASE
from web.rooms.registry import ROOMS


async def take(app: web.Application, room: str, comments: Sequence[Incoming]) -> Accepted:
    """Journal the comments that are new, and have them worked on. Raises UnknownRoom."""
    # The engine first: it reads what is open as it starts, and must not meet these there too.
    engine = await app[ROOMS].engine(room)

    def journal() -> Accepted:
        with app[DATABASE].begin() as session:
            return rooms.accept(session, room, comments)

    accepted = await asyncio.to_thread(journal)
    engine.accept(accepted.rows)
    return accepted
