"""A migrated database a test, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shop.catalogue import Product
from shop.database import Database
from shop.models import Base

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432")

ProductMaker = Callable[..., Product]


def _absent(reason: str) -> None:
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def fresh_postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL schema, dropped afterwards."""
    yield from _postgres()


def _postgres() -> Iterator[str]:
    name = f"boxiaoer_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        _absent(f"PostgreSQL is not reachable at {POSTGRES}: {error}")
    with server:
        # A schema, not a database: dropping one of those makes the server flush its disks.
        server.execute(f"CREATE SCHEMA {name}")
        try:
            yield f"{POSTGRES}/postgres?options=-csearch_path%3D{name}"
        finally:
            server.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[Database]:
    """One migrated PostgreSQL schema for the session."""
    for url in _postgres():
        database = Database(url)
        database.migrate()
        yield database
        database.dispose()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy."""
    path = tmp_path_factory.mktemp("shop") / "template.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


@pytest.fixture
def sqlite_db(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty shop on SQLite alone."""
    path = tmp_path / "shop.db"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)],
)
def shop_db(request: pytest.FixtureRequest) -> Database:
    """An empty shop, on either database."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_db")  # type: ignore[no-any-return]
    database: Database = request.getfixturevalue("migrated_postgres")
    with database.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):  # TRUNCATE costs 20 times as much
            connection.execute(table.delete())
    return database


@pytest.fixture
def cream() -> ProductMaker:
    """A product of 100.00 that costs 60.00, with whatever else a test says."""

    def make(**known: Any) -> Product:
        usual: dict[str, Any] = {
            "sku": "C1", "title": "补水面霜", "category": "美妆", "brand": "小满",
            "price_fen": 10_000, "cost_fen": 6_000, "stock": 5,
        }  # fmt: skip
        return Product(**(usual | known))

    return make
