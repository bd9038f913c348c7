"""Comments into a room: in the journal first, then in the hands of its engine."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from shop.rooms import Accepted, Incoming
from web.rooms.registry import ROOMS


async def take(app: web.Application, room: str, comments: Sequence[Incoming]) -> Accepted:
    """Journal the comments that are new, and have them worked on.

    Raises UnknownRoom, RoomHeld where another process runs the room, DatabaseBusy and
    OperationalError where the journal cannot be written: then none is acknowledged.
    """
    return await app[ROOMS].take(room, comments)
