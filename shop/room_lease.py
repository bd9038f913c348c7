"""Who runs the engine of a room: one at a time, across processes and machines.

A lease is a row with its owner's token and the moment at which it ends unless it is renewed.
`keep` both renews and fences: called first in every transaction that writes for the room, it
fails for an owner that was paused for so long that another has taken the room meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import DateTime, delete, func, select, update
from sqlalchemy.orm import Session

from shop.bulk import affected, insert_new
from shop.errors import ShopError
from shop.models import RoomLeaseRow, table_of
from shop.rooms import known_room

_LEASE = table_of(RoomLeaseRow)
# Clocks of two machines differ a little; a lease that ends later than this was written by a
# clock that has been put back since, and would otherwise hold the room for as long.
_CLOCK_SLACK = timedelta(seconds=5)


class RoomHeld(ShopError):
    """Another running engine has the room."""


class LeaseLost(ShopError):
    """The room was taken by another engine: this one may decide nothing any more."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim on a room: `owner` is unique to one engine, `holder` names its process."""

    room: str
    owner: str
    holder: str
    lasts: timedelta


def take(session: Session, lease: Lease, alive: Callable[[str], bool]) -> None:
    """Take a room that is free, expired, or held by a process for which `alive` is false.

    Raises RoomHeld, and UnknownRoom. The transaction must be a writing one.
    """
    known_room(session, lease.room)
    now = _now(session)
    row = {
        "room": lease.room,
        "owner": lease.owner,
        "holder": lease.holder,
        "expires_at": now + lease.lasts,
    }
    if insert_new(session, _LEASE, [row], ["room"], [_LEASE.c.room]):
        return
    # Locked: of two that find a dead holder, one takes its place.
    held = session.execute(
        select(_LEASE.c.owner, _LEASE.c.holder, _LEASE.c.expires_at)
        .where(_LEASE.c.room == lease.room)
        .with_for_update()
    ).one()
    running = now < held.expires_at <= now + lease.lasts + _CLOCK_SLACK
    if held.owner != lease.owner and running and alive(held.holder):
        raise RoomHeld(lease.room)
    session.execute(update(_LEASE).where(_LEASE.c.room == lease.room).values(**row))


def keep(session: Session, lease: Lease) -> None:
    """Renew a lease; raises LeaseLost when another has it.

    Until the transaction ends nobody else can take the room: what is written in it is written
    by the room's one engine. An expired lease that nobody wanted is still ours.
    """
    statement = (
        update(_LEASE)
        .where(_LEASE.c.room == lease.room, _LEASE.c.owner == lease.owner)
        .values(expires_at=_now(session) + lease.lasts)
    )
    if not affected(session, statement):
        raise LeaseLost(lease.room)


def give_up(session: Session, lease: Lease) -> None:
    """Free the room at once, if it is still ours."""
    session.execute(
        delete(_LEASE).where(_LEASE.c.room == lease.room, _LEASE.c.owner == lease.owner)
    )


def _now(session: Session) -> datetime:
    """One clock for all machines where there is one: the database's."""
    if session.get_bind().dialect.name == "postgresql":
        clock = select(func.clock_timestamp(type_=DateTime(timezone=True)))
        return session.execute(clock).scalar_one()
    return datetime.now(UTC)
