"""Files of any content, imported in one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shop.database import Database
from shop.importing import ImportReport, import_file

Load = Callable[..., ImportReport]


@pytest.fixture
def load(shop_db: Database, tmp_path: Path) -> Load:
    """load(kind, text or bytes, **options) → report, into either database."""

    def run(kind: str, content: str | bytes, **options: Any) -> ImportReport:
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_file(shop_db, kind, path, viewer_key="key", **options)

    return run
