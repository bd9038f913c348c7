"""The FAQ as the owner edits it: stored, and in the snapshot that Rasa reads, before the answer.

Edits come one after another: the database decides between two of the same entry, the lock only
keeps an older snapshot from overwriting a newer one. A crash between the two is healed by the
next edit or the next start, since publishing compares revisions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from recsys.embedding.phrases import PhraseIndex
from shop.database import Database
from web.jobs import publish

T = TypeVar("T")


class Book:
    """The one place through which the running web changes the FAQ."""

    def __init__(self, database: Database, var: Path) -> None:
        self._database = database
        self._var = var
        self._editing = asyncio.Lock()
        self._index: PhraseIndex | None = None

    async def change(self, edit: Callable[[Session], T]) -> T:
        """Run `edit` in a transaction and publish; raises what `edit` raises, then unpublished."""
        async with self._editing:
            result = await asyncio.to_thread(self._edit, edit)
            await asyncio.to_thread(self._publish)
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
        published = publish.publish(self._database, self._var, self._index)
        self._index = published.index or self._index

    def _read(self) -> None:
        self._index = self._index or read_index(self._var)


def read_index(var: Path) -> PhraseIndex | None:
    """The published phrases; None where nothing was published yet."""
    path = var / "snapshots" / "faq.npz"
    return PhraseIndex.load(path) if path.exists() else None
