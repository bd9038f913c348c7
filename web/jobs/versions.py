"""Trained assistants on disk: each with its record, and one pointer to the one that serves.

`current.json` is the only truth about what serves, and is replaced whole: a kill at any moment
leaves the old name or the new one in it. Loading a Rasa model runs code (CVE-2024-49375), so a
model counts only while its file has the hash that was recorded after training.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

logger = logging.getLogger(__name__)

POINTER = "current.json"
RECORDS = "versions"
# Versions that were published once stay, so many of them, to go back to.
KEPT_PUBLISHED = 8
# Candidates that never served are of no use once a newer one is there.
KEPT_CANDIDATES = 2


class NoModel(Exception):
    """There is no trained assistant, or it is not the file that was recorded."""


class UnknownVersion(Exception):
    """No model has this name."""


@dataclass(frozen=True, slots=True)
class Publication:
    """When a version was put to service, by whom, and why where a reason was asked for."""

    at: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A trained assistant. `sources` is the hash of what it was made from; times are UTC."""

    name: str
    sha256: str
    sources: str
    trained_at: str
    seconds: float
    scores: dict[str, Any] = field(default_factory=dict)
    published: tuple[Publication, ...] = ()

    @property
    def file(self) -> str:
        """The name of the model file."""
        return f"{self.name}.tar.gz"


class Versions:
    """The models in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, version: Version) -> Path:
        """The model file."""
        return self.folder / version.file

    def add(self, name: str, sources: str, seconds: float, scores: dict[str, Any]) -> Version:
        """Record a model that was just trained; older candidates are forgotten."""
        digest = sha256(self.folder / f"{name}.tar.gz")
        now = datetime.now(UTC).isoformat()
        version = Version(name, digest, sources, now, round(seconds, 1), scores)
        self._write(version)
        self._prune()
        return version

    def listed(self) -> list[Version]:
        """Every version whose record can be read, newest first."""
        found = (_read(path) for path in (self.folder / RECORDS).glob("*.json"))
        return sorted((v for v in found if v), key=lambda version: version.name, reverse=True)

    def get(self, name: str) -> Version:
        """One version. Raises UnknownVersion."""
        version = next((v for v in self.listed() if v.name == name), None)
        if version is None:
            raise UnknownVersion(name)
        return version

    def current(self) -> Version:
        """The version that serves; where its file is damaged, the newest whole one that did.

        Raises NoModel when there is none.
        """
        named = self._pointed()
        served = [v for v in self.listed() if v.published and v.name != named]
        served.sort(key=lambda version: version.published[-1].at, reverse=True)
        first = [v for v in self.listed() if v.name == named]
        for version in [*first, *served]:
            if self.is_whole(version):
                if version.name != named:
                    logger.error("model %s is damaged or missing; %s serves", named, version.name)
                return version
        raise NoModel(f"no trained assistant in {self.folder}: run `boxiaoer train`")

    def publish(self, name: str, by: str, reason: str = "") -> Version:
        """Note the publication, then point to it. Raises UnknownVersion, NoModel."""
        version = self.get(name)
        if not self.is_whole(version):
            raise NoModel(f"{version.file} was altered since training")
        now = Publication(datetime.now(UTC).isoformat(), by, reason)
        version = replace(version, published=(*version.published, now))
        self._write(version)
        _replace(self.folder / POINTER, {"name": name})
        self._prune()
        return version

    def is_whole(self, version: Version) -> bool:
        """Whether the file is the one that was trained."""
        try:
            return sha256(self.path(version)) == version.sha256
        except OSError:
            return False

    def _pointed(self) -> str:
        try:
            pointer = json.loads((self.folder / POINTER).read_text("utf-8"))
            # Before there were versions the pointer was the record itself.
            return str(pointer.get("name") or pointer["file"].removesuffix(".tar.gz"))
        except (OSError, ValueError, KeyError, AttributeError):
            return ""

    def _write(self, version: Version) -> None:
        (self.folder / RECORDS).mkdir(parents=True, exist_ok=True)
        _replace(self.folder / RECORDS / f"{version.name}.json", asdict(version))

    def _prune(self) -> None:
        listed, named = self.listed(), self._pointed()
        served = [v for v in listed if v.published]
        served.sort(key=lambda version: version.published[-1].at, reverse=True)
        waiting = [v for v in listed if not v.published]
        for version in (*served[KEPT_PUBLISHED:], *waiting[KEPT_CANDIDATES:]):
            if version.name != named:
                self._forget(version)

    def _forget(self, version: Version) -> None:
        # The record goes first: a file without one is never loaded.
        (self.folder / RECORDS / f"{version.name}.json").unlink(missing_ok=True)
        self.path(version).unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """Hash of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(path: Path) -> Version | None:
    try:
        content = json.loads(path.read_text("utf-8"))
        published = tuple(Publication(**one) for one in content.pop("published", ()))
        return Version(**content, published=published)
    except (OSError, ValueError, TypeError) as error:
        logger.error("the record %s is unreadable: %s", path.name, error)
        return None


def _replace(path: Path, content: dict[str, Any]) -> None:
    """Write a file whole and make it last: contents first, then the name."""
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folders([path.parent])


def _sync_folders(folders: Iterable[Path]) -> None:
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
