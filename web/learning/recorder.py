"""Puts questions that were not answered well into the owner's inbox; never in the viewer's way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from shop import inbox
from shop.database import Database

logger = logging.getLogger(__name__)

# An intent that is less likely than not was answered, but the owner should look at it.
LOW = 0.5
# What needs no lesson: talk, refusals, and questions that a form asks back.
# A rule of the shop holds whatever exactly was asked; an FAQ has a threshold of its own.
NOTHING_TO_LEARN = frozenset({"smalltalk", "out_of_scope", "form", "rule"})
UNKNOWN_INTENT = "nlu_fallback"


def reason_of(meta: Mapping[str, Any]) -> str | None:
    """Why a reply belongs into the inbox, by its meta; None when it does not."""
    if meta.get("source") == "handoff":
        unknown = meta.get("intent") == UNKNOWN_INTENT
        return inbox.UNKNOWN if unknown else inbox.HANDED_OVER
    unsure = float(meta.get("confidence") or 0.0) < LOW
    if unsure and meta.get("source") not in NOTHING_TO_LEARN and not meta.get("faq_id"):
        return inbox.LOW_CONFIDENCE
    return None


class Recorder:
    """Writes in the background, at most so many at once; a fault is logged and forgotten."""

    MOST_WAITING = 200

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tasks: set[asyncio.Task[None]] = set()

    def notice(
        self,
        viewer: str,
        text: str,
        meta: Mapping[str, Any],
        sku: str | None,
        rule: str | None = None,
    ) -> None:
        """Look at a reply, that `rule` may have held; in a flood the inbox goes without, the
        viewers do not.
        """
        reason = inbox.HANDED_OVER if rule else reason_of(meta)
        if reason is not None and len(self._tasks) < self.MOST_WAITING:
            self.record(viewer, text, meta, sku, reason, rule)

    def record(
        self,
        viewer: str,
        text: str,
        meta: Mapping[str, Any],
        sku: str | None,
        reason: str,
        rule: str | None = None,
    ) -> None:
        """Put a question into the inbox, soon."""
        task = asyncio.create_task(self._write(viewer, text, meta, sku, reason, rule))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(
        self,
        viewer: str,
        text: str,
        meta: Mapping[str, Any],
        sku: str | None,
        reason: str,
        rule: str | None,
    ) -> None:
        def write() -> None:
            with self._database.begin() as session:
                inbox.record(
                    session,
                    text,
                    reason,
                    viewer,
                    intent=str(meta.get("intent") or ""),
                    confidence=float(meta.get("confidence") or 0.0),
                    sku=sku,
                    faq_id=meta.get("faq_id"),
                    rule=rule,
                )

        try:
            await asyncio.to_thread(write)
        except Exception:
            logger.exception("a question was not put into the inbox")
