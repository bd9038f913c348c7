"""What every command starts from: settings, secrets, the migrated database, the root."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shop import settings as shop_settings
from shop.database import Database
from shop.settings import Secrets, Settings

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Installation:
    """This copy of 播小二."""

    settings: Settings
    secrets: Secrets
    database: Database
    root: Path = ROOT


@contextmanager
def installation() -> Iterator[Installation]:
    """Open it; the database is brought to the newest version first."""
    # Relative folders mean the project's, wherever the command is typed.
    environ = {"BOXIAOER_VAR": str(ROOT / "var"), **os.environ}
    settings = shop_settings.load(environ)
    # recsys.embedding reads the same variable, so that it needs no settings of ours.
    os.environ["BOXIAOER_VAR"] = str(settings.var)
    database = Database(settings.database_url)
    try:
        database.migrate()
        yield Installation(settings, shop_settings.secrets(settings.var), database)
    finally:
        database.dispose()
