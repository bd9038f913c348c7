from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from shop import faq
from shop.database import MIGRATIONS, Database
from shop.faq import FaqEntry

TEACHING = {"question", "confirmed", "own_intent", "own_intent_example"}


def _to(database: Database, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        change = command.downgrade if version == "0001" else command.upgrade
        change(config, version)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def own_db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of this test's own: shop_db's schema is the session's."""
    url = f"sqlite:///{tmp_path}/shop.db"
    if request.param == "postgres":
        url = request.getfixturevalue("fresh_postgres")
    database = Database(url)
    database.migrate()
    yield database
    database.dispose()


def test_entries_outlive_the_way_down_and_up_again(own_db: Database) -> None:
    entry = FaqEntry("F1", "问", ("一",), "答")
    with own_db.begin() as session:
        faq.upsert(session, entry)
        faq.upsert(session, FaqEntry("F1", "问", ("一",), "旧答"))
        faq.upsert(session, entry)
    _to(own_db, "0001")
    seen = inspect(own_db.engine)
    assert not TEACHING & set(seen.get_table_names())
    assert not {"version", "updated_at"} & {column["name"] for column in seen.get_columns("faq")}
    with own_db.read() as session:
        assert session.execute(text("SELECT answer FROM faq")).scalars().all() == ["答"]
    _to(own_db, "head")
    assert set(inspect(own_db.engine).get_table_names()) >= TEACHING
    with own_db.read() as session:
        (stored,) = faq.all_entries(session)
    assert stored == entry
    assert (stored.version, stored.updated_at) == (1, None)
