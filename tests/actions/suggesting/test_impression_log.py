"""Impressions reach the database beside the answers, and wait where it is away."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from actions.suggesting.log import ImpressionLog
from shop import impressions
from shop.database import Database, DatabaseBusy
from shop.impressions import Impression

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)


def shown(position: int) -> Impression:
    return Impression("L", position, "bob", "home", None, "A", 1.0, "m", NOON)


def kept(database: Database) -> int:
    with database.read() as session:
        return len(impressions.of_viewer(session, "bob"))


def test_they_are_written_soon_and_at_the_end(database: Database) -> None:
    log = ImpressionLog(database)
    log.note([shown(0), shown(1)])
    deadline = time.monotonic() + 20
    while kept(database) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert kept(database) == 2
    log.note([shown(2)])
    log.close()
    assert kept(database) == 3


def test_a_database_that_is_away_loses_none(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = ImpressionLog(database)

    def away() -> None:
        raise DatabaseBusy("no")

    with monkeypatch.context() as patched:
        patched.setattr(database, "begin", away)
        log.note([shown(0)])
        with pytest.raises(DatabaseBusy):
            log.flush()
    log.flush()
    assert kept(database) == 1
    log.close()
