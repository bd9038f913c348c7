"""The var folder that these tests see, whatever tests before them left in the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VAR = os.environ.get("BOXIAOER_VAR") or str(ROOT / "var")


@pytest.fixture(autouse=True)
def var(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with encoder and model."""
    monkeypatch.setenv("BOXIAOER_VAR", VAR)
    return Path(VAR)


@pytest.fixture
def empty_var(var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the encoder, and nothing trained."""
    folder = tmp_path / "empty_var"
    folder.mkdir()
    (folder / "encoder").symlink_to(var / "encoder")
    monkeypatch.setenv("BOXIAOER_VAR", str(folder))
    return folder


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a CSV of this content."""

    def write(content: str) -> Path:
        path = tmp_path / "data.csv"
        path.write_text(content, encoding="utf-8")
        return path

    return write
