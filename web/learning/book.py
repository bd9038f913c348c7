"""The FAQ as the owner edits it: stored, and in the snapshot that Rasa reads, before the answer.

Edits come one after another: the database decides between two of the same entry, the lock only
keeps an older snapshot from overwriting a newer one. A crash between the two is healed by the
next edit or the next start, since publishing compares revisions.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from recsys.embedding.phrases import PhraseIndex, SnapshotDamaged
from shop.database import Database
from web.jobs import publish

logger = logging.getLogger(__name__)

T = TypeVar("T")


class SavedNotLive(Exception):
    """The edit is stored, but the snapshot could not be written; publishing again heals it."""


class Book:
    """The one place through which the running web changes the FAQ."""

    def __init__(self, database: Database, var: Path) -> None:
        self._database = database
        self._var = var
        self._editing = asyncio.Lock()
        self._path = var / "snapshots" / "faq.npz"
        self._index: PhraseIndex | None = None
        self._read_at: tuple[int, int] | None = None

    async def change(self, edit: Callable[[Session], T]) -> T:
        """Run `edit` in a transaction and publish.

        Raises what `edit` raises, then nothing is stored; SavedNotLive when it is.
        """
        async with self._editing:
            result = await asyncio.to_thread(self._edit, edit)
            try:
                await asyncio.to_thread(self._publish)
            except Exception as error:
                # A bare failure would have the owner save again, and store a twin.
                logger.exception("the FAQ is stored but not published")
                raise SavedNotLive from error
        return result

    async def index(self) -> PhraseIndex | None:
        """The phrases as published; None in a shop without an FAQ."""
        async with self._editing:
            if self._index is None:
                await asyncio.to_thread(self._publish)
            await asyncio.to_thread(self._read)
        return self._index

    async def publish(self) -> None:
        """Publish what others (the importer, a crash) left unpublished."""
        async with self._editing:
            await asyncio.to_thread(self._publish)

    def _edit(self, edit: Callable[[Session], T]) -> T:
        with self._database.begin() as session:
            return edit(session)

    def _publish(self) -> None:
        self._read()
        published = publish.publish(self._database, self._var, self._index)
        self._index, self._read_at = published.index, _stamp(self._path)

    def _read(self) -> None:
        """Read the snapshot anew where somebody else, the command line, has written it."""
        if (stamp := _stamp(self._path)) != self._read_at:
            self._index, self._read_at = read_index(self._var), stamp


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_mtime_ns, stat.st_ino


def read_index(var: Path) -> PhraseIndex | None:
    """The published phrases; None where nothing was published yet, or what was is damaged."""
    try:
        return PhraseIndex.load(var / "snapshots" / "faq.npz")
    except (OSError, SnapshotDamaged):
        return None
