"""One database by URL: SQLite (WAL) or PostgreSQL, one transaction per `with`."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from shop.errors import ShopError

MIGRATIONS = Path(__file__).parent / "migrations"
# How long a writer waits for the one before it, in seconds.
BUSY_SECONDS = 30.0
WAL_PAUSE = 0.02
# Any fixed number: two processes starting together must not both migrate.
MIGRATION_LOCK = 0x626F7869

# Both see one state for as long as the transaction lasts, and refuse to write.
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"sqlite_begin": "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


class DatabaseBusy(ShopError):
    """Another writer has held the database for longer than anyone should."""


class BadDatabaseUrl(ShopError):
    """The URL names no database this shop can use."""


class Database:
    """The shop's database; thread-safe, cheap to pass around, one per process."""

    def __init__(self, url: str) -> None:
        self.url = _normal_url(url)
        self.engine = _sqlite_engine(self.url) if self._sqlite else _postgres_engine(self.url)
        self._readers = self.engine.execution_options(**_READING[self.url.get_backend_name()])
        # SQLite's own wait is a poll with growing sleeps; a lock hands over at once.
        self._writing = threading.Lock() if self._sqlite else None

    @property
    def _sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in a write transaction: committed at the end, rolled back on an error.

        Never open one inside another in the same thread: SQLite has one writer at a time.
        """
        with self._writer(), Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state and may not write; never waits for a writer on SQLite."""
        with Session(self._readers) as session:
            yield session

    def migrate(self) -> None:
        """Bring the tables to the newest version; does nothing when they are."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self._writer(), self.engine.connect() as connection:
            _foreign_keys(connection, on=False)
            with connection.begin():
                if not self._sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
            _foreign_keys(connection, on=True)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _writer(self) -> Iterator[None]:
        if self._writing is None:
            yield
            return
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise DatabaseBusy(f"no write transaction ended within {BUSY_SECONDS:.0f} s")
        try:
            yield
        finally:
            self._writing.release()


def _normal_url(text: str) -> URL:
    try:
        url = make_url(text)
    except Exception as error:
        raise BadDatabaseUrl("database_url is not a database URL") from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise BadDatabaseUrl(f"{url.drivername}: use sqlite:///file or postgresql://…")
    # Every pooled connection to :memory: would be a database of its own.
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise BadDatabaseUrl("SQLite needs a file: sqlite:///var/shop.db")
    return url


def _postgres_engine(url: URL) -> Engine:
    return create_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)


def _sqlite_engine(url: URL) -> Engine:
    assert url.database  # noqa: S101 - _normal_url saw to it
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, pool_size=10, max_overflow=20, connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # None: no transaction behind our back; _begin says how each one starts.
    connection.isolation_level = None
    _use_wal(connection)
    for pragma in (
        # FULL, not NORMAL: a coupon or comment that was acknowledged survives a power cut.
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(BUSY_SECONDS * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Two processes may open a new file at once, and the change to WAL waits for nobody.

    SQLite gives up on it at once, whatever the busy timeout, where another is about it.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(WAL_PAUSE)
        else:
            return


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a writer that starts as a reader can only fail when it comes to write.
    how = connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if how == 'BEGIN' else 'OFF'}")
    connection.exec_driver_sql(how)


def _foreign_keys(connection: Connection, *, on: bool) -> None:
    """Batch migrations rebuild tables on SQLite; enforced, that would cascade into others."""
    raw = connection.connection.driver_connection
    if isinstance(raw, sqlite3.Connection):
        raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
