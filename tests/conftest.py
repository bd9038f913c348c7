"""What every test shares: services that may be absent, and the folder of built things."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _port_open(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _absent(marker: str) -> str | None:
    """Why this service cannot be used here; None when it can."""
    reasons = {
        "needs_postgres": lambda: None if _port_open(5432) else "no PostgreSQL at 127.0.0.1:5432",
        "needs_redis": lambda: None if _port_open(6379) else "no Redis at 127.0.0.1:6379",
        "needs_chromium": lambda: None if shutil.which("chromium") else "no chromium on PATH",
        "needs_rasa": lambda: (
            None
            if (ROOT / "var" / "models" / "assistant" / "current.json").exists()
            else "no trained assistant: run `make test` or `boxiaoer train`"
        ),
    }
    return reasons[marker]()


SERVICES = ("needs_postgres", "needs_redis", "needs_chromium", "needs_rasa")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with the reason, what needs an absent service; with REQUIRE_SERVICES=1 it must run."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        return
    absent = {marker: _absent(marker) for marker in SERVICES}
    for item in items:
        for marker, reason in absent.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return ROOT
