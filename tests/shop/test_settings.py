"""Settings: the table, refusals, and the secrets file."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from shop import settings


def test_defaults_put_sqlite_into_var(tmp_path: Path) -> None:
    loaded = settings.load({"BOXIAOER_VAR": str(tmp_path)})
    assert loaded.database_url == f"sqlite:///{tmp_path / 'boxiaoer.db'}"
    assert loaded.port == 8080


def test_table_and_dataclass_name_the_same_settings() -> None:
    names = [row.name for row in settings.SETTINGS]
    assert names == [field.name for field in dataclasses.fields(settings.Settings)]


def test_unknown_key_is_refused_and_named() -> None:
    with pytest.raises(settings.SettingsError, match="BOXIAOER_PROT"):
        settings.load({"BOXIAOER_PROT": "1"})


@pytest.mark.parametrize(
    ("key", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("ROOM_RATE", "0"), ("PORT", "")]
)
def test_bad_value_names_the_key(key: str, value: str) -> None:
    with pytest.raises(settings.SettingsError, match=f"BOXIAOER_{key}"):
        settings.load({f"BOXIAOER_{key}": value})


def test_secrets_are_private_random_and_kept(tmp_path: Path) -> None:
    first = settings.secrets(tmp_path)
    mode = stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode)
    assert mode == 0o600
    assert settings.secrets(tmp_path) == first
    assert len(set(dataclasses.astuple(first))) == len(dataclasses.fields(first))


def test_broken_secrets_file_is_reported_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{", "utf-8")
    with pytest.raises(settings.SettingsError, match=r"secrets\.json"):
        settings.secrets(tmp_path)
    assert (tmp_path / "secrets.json").read_text("utf-8") == "{"
