"""The one table of settings: environment over default, unknown keys refused.

Secrets are not settings: they are made once, at random, and kept in `var/secrets.json`
with mode 0600, so that nobody has to invent or paste one.
"""

from __future__ import annotations

import dataclasses
import json
import os
import secrets as randomness
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

PREFIX = "BOXIAOER_"


class SettingsError(ValueError):
    """A setting is unknown, or its value cannot be read; the message is one line."""


class Setting(NamedTuple):
    """One row of the table; `parse` raises ValueError for a value it cannot read."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError("a port is 0 to 65535")
    return port


def _whole(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be 1 or more")
    return number


def _positive(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise ValueError("must be greater than 0")
    return number


SETTINGS: tuple[Setting, ...] = (
    Setting("var", "var", Path, "folder for everything made at run time"),
    Setting("database_url", "", str, "SQLAlchemy URL; default is SQLite in the var folder"),
    Setting("encoder", "", str, "a sentence-transformers name or folder; default live-e5"),
    Setting("host", "127.0.0.1", str, "address that web listens on"),
    Setting("port", "8080", _port, "port that web listens on"),
    Setting("rasa_port", "5005", _port, "loopback port of the Rasa process"),
    Setting("action_port", "5055", _port, "loopback port of the custom actions"),
    Setting("public_url", "", str, "address that viewers use, when behind a proxy"),
    Setting("room_rate", "1.0", _positive, "answers a second that a room may show"),
    Setting("douyin_secret", "", str, "secret of Douyin's pushes of live comments"),
    Setting("bilibili_key_id", "", str, "access key id of Bilibili's open platform"),
    Setting("bilibili_key_secret", "", str, "its secret"),
    Setting("bilibili_app_id", "0", int, "the application there"),
    Setting("bilibili_code", "", str, "the host's code (身份码)"),
    Setting("bilibili_room", "demo", str, "room here that its comments go to"),
    Setting("bilibili_url", "https://live-open.biliapi.com", str, "address of the open platform"),
    Setting("train_memory_mb", "6000", _whole, "memory in MB that a training may take"),
    Setting("session_days", "30", _positive, "days that a viewer's session stays valid"),
)

# Read by the start scripts or handed to the Rasa process, not part of Settings.
PASSED_THROUGH = frozenset({"BOXIAOER_SHARED_SECRET", "BOXIAOER_ACTION_URL"})


@dataclass(frozen=True, slots=True)
class Settings:
    """The values of SETTINGS, parsed."""

    var: Path
    database_url: str
    encoder: str
    host: str
    port: int
    rasa_port: int
    action_port: int
    public_url: str
    room_rate: float
    douyin_secret: str = field(repr=False)
    bilibili_key_id: str
    bilibili_key_secret: str = field(repr=False)
    bilibili_app_id: int
    bilibili_code: str = field(repr=False)
    bilibili_room: str
    bilibili_url: str
    train_memory_mb: int
    session_days: float

    @property
    def url(self) -> str:
        """The address to print and to hand to pages."""
        return self.public_url or f"http://{self.host}:{self.port}"


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read settings from `environ` (default: the process's). Raises SettingsError."""
    environ = os.environ if environ is None else environ
    known = {PREFIX + setting.name.upper() for setting in SETTINGS} | PASSED_THROUGH
    for key in environ:
        if key.startswith(PREFIX) and key not in known:
            raise SettingsError(f"unknown setting {key}; known: {', '.join(sorted(known))}")
    values = {setting.name: _value(setting, environ) for setting in SETTINGS}
    settings = Settings(**values)
    var = settings.var.absolute()
    url = settings.database_url or f"sqlite:///{var / 'boxiaoer.db'}"
    return dataclasses.replace(settings, var=var, database_url=url)


def _value(setting: Setting, environ: Mapping[str, str]) -> Any:
    key = PREFIX + setting.name.upper()
    text = environ.get(key, setting.default)
    try:
        return setting.parse(text)
    except ValueError as error:
        raise SettingsError(f"{key}={text!r}: {error}") from error


@dataclass(frozen=True, slots=True)
class Secrets:
    """Random keys of this installation; each has one purpose."""

    shared_secret: str  # web <-> Rasa <-> actions, loopback only
    session_key: str  # signs viewers' and owners' sessions
    viewer_key: str  # keyed hash that turns channel ids into pseudonyms
    ingest_key: str  # bearer key of connectors and shop fronts


def secrets(var: Path) -> Secrets:
    """Read `var/secrets.json`, made at the first call; missing keys are added.

    Raises SettingsError when the file cannot be read as the table of keys it should be.
    """
    path = var / "secrets.json"
    names = [field.name for field in dataclasses.fields(Secrets)]
    stored = _stored(path)
    if not set(names) <= set(stored):
        stored = {name: stored.get(name) or randomness.token_urlsafe(32) for name in names}
        _write_private(path, json.dumps(stored, indent=1))
    return Secrets(**{name: stored[name] for name in names})


def _stored(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        stored = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); restore or delete it") from error
    if not isinstance(stored, dict) or not all(isinstance(v, str) for v in stored.values()):
        raise SettingsError(f"{path} is not a table of keys; restore or delete it")
    return stored


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Created with 0600 from the start: chmod after writing leaves a moment to read it.
    temporary = path.with_suffix(".tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
