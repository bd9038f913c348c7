"""Viewers are pseudonyms: a channel's id is stored as a keyed hash only."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from shop.bulk import insert_new
from shop.models import ViewerRow, table_of

_VIEWER = table_of(ViewerRow)
# Where the ids of a live platform come from, unless said otherwise: what was imported, what a shop
# front reports and what a room hears is of one person under one pseudonym.
LIVE = "live"


def pseudonym(key: str, channel: str, external_id: str) -> str:
    """HMAC-SHA256 of channel and id, 32 hex characters; the same person in two channels differs."""
    # Length first: ("a", "b:c") and ("a:b", "c") must not meet.
    message = f"{len(channel)}:{channel}:{external_id}".encode("utf-8", "surrogatepass")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()[:32]


def touch(session: Session, viewer: str, channel: str, now: datetime | None = None) -> None:
    """Note that this viewer is here."""
    at = now or datetime.now(UTC)
    row = {"viewer": viewer, "channel": channel, "first_seen": at, "last_seen": at}
    if not insert_new(session, _VIEWER, [row], ["viewer"], [_VIEWER.c.viewer]):
        session.execute(
            update(_VIEWER)
            .where(_VIEWER.c.viewer == viewer, _VIEWER.c.last_seen < at)
            .values(last_seen=at)
        )
