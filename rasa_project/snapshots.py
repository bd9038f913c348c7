"""Files in var/snapshots that change while Rasa runs: read again when their time changes."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

FAQ = "faq.npz"
LEXICON = "lexicon.json"

T = TypeVar("T")
_Stamp = tuple[int, int, int]


def var_folder() -> Path:
    """The folder of everything that is not code: BOXIAOER_VAR, or ./var."""
    return Path(os.environ.get("BOXIAOER_VAR") or "var")


def snapshot_path(name: str) -> Path:
    """Where the shop publishes a snapshot."""
    return var_folder() / "snapshots" / name


class LiveFile(Generic[T]):
    """The content of a file, read again whenever the file is replaced.

    A missing file gives `empty`. A file that cannot be read leaves the last good content in
    force and is logged once, so that a broken snapshot never silences the assistant.
    """

    def __init__(self, path: Path, read: Callable[[Path], T], empty: T) -> None:
        self.path = path
        self._read = read
        self._empty = empty
        self._content = empty
        self._stamp: _Stamp | None = None

    def content(self) -> T:
        """The current content; costs one stat call when nothing changed."""
        stamp = _stamp(self.path)
        if stamp != self._stamp:
            self._stamp = stamp
            self._load()
        return self._content

    def _load(self) -> None:
        if self._stamp is None:
            self._content = self._empty
            return
        try:
            self._content = self._read(self.path)
        except Exception:
            # Whatever is wrong with a snapshot, the previous one still answers viewers.
            logger.exception("snapshot %s is unreadable; the last good one stays", self.path.name)


def _stamp(path: Path) -> _Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    # Size and inode too: two atomic replacements may fall into one tick of the clock.
    return found.st_mtime_ns, found.st_size, found.st_ino
