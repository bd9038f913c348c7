"""Training the Rasa assistant in a child process, and which trained one serves."""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shop import own_intents
from shop.database import Database
from shop.own_intents import OwnIntent
from shop.settings import Secrets, Settings
from web.jobs import child, lessons
from web.jobs.lessons import Lessons
from web.jobs.versions import NoModel, Version, Versions
from web.rasa_pool import rasa_environment

__all__ = ["NoModel", "Version", "current", "train", "versions"]

# Written by the intent classifier into its part of the model.
REPORT = "intent_report.json"
LARGEST_REPORT = 8_000_000
SCORES = ("accuracy", "macro_f1", "threshold")
SETUP = "setup"


def versions(settings: Settings) -> Versions:
    """Every trained assistant of this installation."""
    return Versions(settings.var / "models" / "assistant")


def current(settings: Settings) -> tuple[Path, Version]:
    """The model to serve. Raises NoModel."""
    store = versions(settings)
    version = store.current()
    return store.path(version), version


def train(
    settings: Settings,
    secrets: Secrets,
    root: Path,
    database: Database,
    *,
    if_needed: bool = False,
) -> tuple[Version, bool]:
    """Train a candidate, and whether it is new: with `if_needed`, the serving one when nothing
    it was made from has changed. Raises JobFailed.
    """
    sources = lessons.fingerprint(root)
    if if_needed and (version := _unchanged(settings, sources)) is not None:
        return version, False
    name = new_name()
    argv = command(settings, root, name, own_lessons(database))
    seconds = child.run(
        "training the assistant",
        argv,
        settings.var / "log" / "train.log",
        cwd=root,
        environment=environment(settings, secrets, root),
    )
    return record(settings, name, sources, seconds), True


def own_lessons(database: Database) -> list[OwnIntent]:
    """The owner's own intents, as they are now."""
    with database.read() as session:
        return own_intents.all_own(session)


def new_name() -> str:
    """A name that sorts by time."""
    return f"assistant-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def command(settings: Settings, root: Path, name: str, own: Sequence[OwnIntent]) -> list[str]:
    """The command that trains, with what it reads written out."""
    prepared = lessons.prepare(root, settings.var / "training", own)
    return _command(root, versions(settings).folder, name, prepared)


def environment(settings: Settings, secrets: Secrets, root: Path) -> dict[str, str]:
    """The environment of the training process."""
    return rasa_environment(settings, secrets, settings.action_port, root)


def record(settings: Settings, name: str, sources: str, seconds: float) -> Version:
    """Record what a training process has left."""
    store = versions(settings)
    report = intent_report(store.folder / f"{name}.tar.gz")
    scores = {key: report.get(key) for key in SCORES}
    return store.add(name, sources, seconds, scores)


def intent_report(model: Path) -> dict[str, Any]:
    """What the classifier measured on held-out comments; empty where the model has none."""
    try:
        with tarfile.open(model, "r:gz") as archive:
            for member in archive:
                if not member.name.endswith(f"/{REPORT}") or member.size > LARGEST_REPORT:
                    continue
                file = archive.extractfile(member)
                read = json.loads(file.read()) if file else {}
                return read if isinstance(read, dict) else {}
    # A model that was cut short raises what gzip and zlib raise, not only tarfile's own errors.
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError):
        return {}
    return {}


def _unchanged(settings: Settings, sources: str) -> Version | None:
    """The serving version, unless these sources are new and the owner has not chosen another."""
    store = versions(settings)
    try:
        version = store.current()
    except NoModel:
        return None
    if version.sources == sources:
        return version
    # The owner went back from what an update had trained: a start must not undo that.
    chosen = bool(version.published) and version.published[-1].by != SETUP
    known = any(v.published and v.sources == sources for v in store.listed())
    return version if chosen and known else None


def _command(root: Path, folder: Path, name: str, prepared: Lessons) -> list[str]:
    python = root / ".venv-rasa" / "bin" / "python"
    return [
        *(str(python), "-m", "rasa", "train", "--config", "config.yml"),
        *("--domain", str(prepared.domain), "--data", *map(str, prepared.data)),
        *("--out", str(folder), "--fixed-model-name", name),
        # What it checks is checked by tests, and the owner's part when it is typed.
        "--skip-validation",
    ]
