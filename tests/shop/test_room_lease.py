"""One engine a room: taken, kept, lost, and free again, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from shop import room_lease, rooms
from shop.database import Database
from shop.models import RoomLeaseRow
from shop.room_lease import Lease, LeaseLost, RoomHeld
from shop.rooms import UnknownRoom

TEN_SECONDS = timedelta(seconds=10)


def lease(owner: str, room: str = "r1") -> Lease:
    return Lease(room, owner, f"process of {owner}", TEN_SECONDS)


def running(holder: str) -> bool:
    return True


@pytest.fixture
def room(shop_db: Database) -> Database:
    with shop_db.begin() as session:
        rooms.create_room(session, "r1")
        rooms.create_room(session, "r2")
    return shop_db


def take(shop: Database, owner: str) -> None:
    with shop.begin() as session:
        room_lease.take(session, lease(owner), running)


def ends_at(shop: Database, moment: datetime) -> None:
    with shop.begin() as session:
        session.execute(update(RoomLeaseRow).values(expires_at=moment))


def test_the_second_is_refused_until_the_first_gives_up(room: Database) -> None:
    take(room, "a")
    with pytest.raises(RoomHeld):
        take(room, "b")
    take(room, "a")
    with room.begin() as session:
        room_lease.take(session, lease("b", "r2"), running)
        room_lease.give_up(session, lease("b"))
    with pytest.raises(RoomHeld):
        take(room, "b")
    with room.begin() as session:
        room_lease.give_up(session, lease("a"))
    take(room, "b")


def test_an_expired_lease_is_free_and_who_lost_it_writes_nothing(room: Database) -> None:
    take(room, "a")
    ends_at(room, datetime.now(UTC) - timedelta(seconds=1))
    with room.begin() as session:
        room_lease.keep(session, lease("a"))  # nobody wanted it
    with pytest.raises(RoomHeld):
        take(room, "b")
    ends_at(room, datetime.now(UTC) - timedelta(seconds=1))
    take(room, "b")

    def decide() -> None:
        with room.begin() as session:
            rooms.put_on_air(session, "r1", None, datetime.now(UTC))
            room_lease.keep(session, lease("a"))

    with pytest.raises(LeaseLost):
        decide()
    with room.read() as session:
        assert rooms.on_air_history(session, "r1") == []
        assert session.scalars(select(RoomLeaseRow.owner)).all() == ["b"]


def test_a_dead_process_holds_nothing(room: Database) -> None:
    take(room, "a")
    asked = []

    def dead(holder: str) -> bool:
        asked.append(holder)
        return False

    with room.begin() as session:
        room_lease.take(session, lease("b"), dead)
    assert asked == ["process of a"]


def test_a_clock_put_back_does_not_hold_a_room_for_hours(room: Database) -> None:
    take(room, "a")
    ends_at(room, datetime.now(UTC) + timedelta(hours=1))
    take(room, "b")


def test_of_many_that_want_a_free_room_one_gets_it(room: Database) -> None:
    def attempt(owner: str) -> bool:
        try:
            take(room, owner)
        except RoomHeld:
            return False
        return True

    for _ in range(5):
        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(attempt, "abcd")) == 1
        # Dead or expired, one takes its place as well.
        ends_at(room, datetime.now(UTC) - timedelta(seconds=1))


def test_no_lease_on_a_room_that_is_not_there(room: Database) -> None:
    with pytest.raises(UnknownRoom), room.begin() as session:
        room_lease.take(session, lease("a", "nowhere"), running)
    with pytest.raises(LeaseLost), room.begin() as session:
        room_lease.keep(session, lease("a"))
