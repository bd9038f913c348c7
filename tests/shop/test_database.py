from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, StatementError

from shop import events, policies, rooms, viewers
from shop.bulk import chunks
from shop.database import BadDatabaseUrl, Database, DatabaseBusy
from shop.events import Event
from shop.models import Base
from shop.rooms import Incoming

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)


def _differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def test_migrations_give_exactly_the_models(shop_db: Database) -> None:
    assert _differences(shop_db) == []


def test_migrated_names_are_those_of_the_models(shop_db: Database) -> None:
    """compare_metadata looks at no checks and no names; a later batch migration needs both."""
    seen = inspect(shop_db.engine)
    for table in Base.metadata.sorted_tables:
        checks = {str(c["name"]) for c in seen.get_check_constraints(table.name)}
        wanted = {str(c.name) for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        assert checks == wanted, table.name
        uniques = {str(c["name"]) for c in seen.get_unique_constraints(table.name)}
        wanted = {str(c.name) for c in table.constraints if type(c).__name__ == "UniqueConstraint"}
        assert uniques == wanted, table.name


def test_a_missing_table_is_a_difference(sqlite_db: Database) -> None:
    with sqlite_db.begin() as session:
        session.execute(text("DROP TABLE handoff"))
    assert _differences(sqlite_db)


def test_migrating_twice_keeps_what_is_there(shop_db: Database) -> None:
    with shop_db.begin() as session:
        policies.set_policy(session, "shop_name", "小满好物")
    shop_db.migrate()
    with shop_db.read() as session:
        assert policies.get_policy(session, "shop_name") == "小满好物"


@pytest.mark.parametrize(
    "url_of", ["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)]
)
def test_two_processes_may_start_at_once(
    url_of: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/new/shop.db"
    if url_of == "postgres":
        url = request.getfixturevalue("fresh_postgres")
    databases = [Database(url) for _ in range(3)]
    failures: list[BaseException] = []

    def migrate(database: Database) -> None:
        try:
            database.migrate()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=migrate, args=(one,)) for one in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert _differences(databases[0]) == []
    for database in databases:
        database.dispose()


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    """The change to WAL waits for nobody; without patience one round in fifteen failed here."""

    def opened(name: str, barrier: threading.Barrier) -> None:
        database = Database(f"sqlite:///{tmp_path}/{name}.db")
        barrier.wait()
        with database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        database.dispose()

    with ThreadPoolExecutor(6) as pool:
        for number in range(40):
            barrier = threading.Barrier(6)
            for one in [pool.submit(opened, str(number), barrier) for _ in range(6)]:
                one.result()


def test_an_error_takes_the_whole_transaction_back(shop_db: Database) -> None:
    def half_way() -> None:
        with shop_db.begin() as session:
            policies.set_policy(session, "gift", "送小样")
            policies.set_policy(session, "nonsense", "送小样")

    with pytest.raises(policies.UnknownPolicy):
        half_way()
    with shop_db.read() as session:
        assert policies.get_policy(session, "gift") is None


def test_a_reader_cannot_write_and_leaves_writers_able(shop_db: Database) -> None:
    with shop_db.read() as session, pytest.raises(DBAPIError):
        rooms.create_room(session, "r1")
    with shop_db.begin() as session:
        rooms.create_room(session, "r1")
        assert rooms.rooms(session) == ["r1"]


def test_readers_do_not_wait_for_a_writer(shop_db: Database) -> None:
    with shop_db.begin() as writer:
        rooms.create_room(writer, "r1")
        begun = time.monotonic()
        with shop_db.read() as reader:
            assert rooms.rooms(reader) == []
        assert time.monotonic() - begun < 2


def test_a_reader_sees_one_state_throughout(shop_db: Database) -> None:
    with shop_db.read() as reader:
        assert rooms.rooms(reader) == []
        with shop_db.begin() as writer:
            rooms.create_room(writer, "r1")
        assert rooms.rooms(reader) == []
    with shop_db.read() as reader:
        assert rooms.rooms(reader) == ["r1"]


def test_sqlite_is_durable_and_keeps_its_references(sqlite_db: Database) -> None:
    with sqlite_db.begin() as session:
        pragma = {
            name: session.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_foreign_keys_are_on_again_after_migrating(sqlite_db: Database) -> None:
    sqlite_db.migrate()
    with sqlite_db.begin() as session:
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_second_writer_is_told_rather_than_left_hanging(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shop.database.BUSY_SECONDS", 0.05)
    with sqlite_db.begin(), pytest.raises(DatabaseBusy), sqlite_db.begin():
        pass
    with sqlite_db.begin() as session:
        assert rooms.rooms(session) == []


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense"])
def test_urls_that_cannot_work_are_refused(url: str) -> None:
    with pytest.raises(BadDatabaseUrl):
        Database(url)


def test_a_plain_postgresql_url_means_psycopg_3() -> None:
    assert Database("postgresql://u@h/d").url.drivername == "postgresql+psycopg"


def test_times_come_back_aware_and_in_utc(shop_db: Database) -> None:
    shanghai = datetime(2024, 11, 11, 20, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with shop_db.begin() as session:
        events.record(session, [Event("e1", shanghai, "v", "view")])
    with shop_db.read() as session:
        stored = events.of_viewer(session, "v")[0].ts
    assert stored == shanghai
    assert stored.utcoffset() == timedelta(0)
    assert stored.hour == 12


def test_naive_times_are_refused(shop_db: Database) -> None:
    with pytest.raises(StatementError, match="naive"), shop_db.begin() as session:
        viewers.touch(session, "v", "widget", datetime(2024, 11, 11))


def test_what_viewers_type_can_be_stored(shop_db: Database) -> None:
    with shop_db.begin() as session:
        rooms.create_room(session, "r")
        odd = Incoming("1\0", "v", "名\ud800字", "多少\0钱😀", NOON)
        (stored,) = rooms.accept(session, "r", [odd]).rows
    assert (stored.id, stored.name, stored.text) == ("1", "名?字", "多少钱😀")


def test_chunks_lose_nothing() -> None:
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([], 2)) == []
