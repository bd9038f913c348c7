"""What every connector gives: comments as a platform tells them, and who takes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shop.rooms import Incoming
from shop.viewers import pseudonym
from web.payload import storable
from web.rooms.intake import MAX_TEXT, VIEWER_CHANNEL

MAX_ID, MAX_NAME = 200, 100


@dataclass(frozen=True, slots=True)
class Said:
    """One comment with the platform's own ids; `ts` None where the platform gives no time."""

    id: str
    viewer: str
    name: str
    text: str
    ts: datetime | None = None


# Journals comments of a room and hands them to its engine; raises UnknownRoom.
Deliver = Callable[[str, Sequence[Said]], Awaitable[None]]


def incoming(said: Said, viewer_key: str, now: datetime) -> Incoming:
    """A comment for the journal: the viewer a pseudonym, whatever is too long cut.

    A platform cannot be told to send a comment again, so nothing here is refused.
    """
    return Incoming(
        id=storable(said.id)[:MAX_ID],
        viewer=pseudonym(viewer_key, VIEWER_CHANNEL, storable(said.viewer)[:MAX_ID]),
        name=storable(said.name).strip()[:MAX_NAME],
        text=storable(said.text)[:MAX_TEXT],
        ts=said.ts or now,
    )


def moment(seconds: object) -> datetime | None:
    """Epoch seconds or milliseconds as a moment; None for anything else."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    # The year 5138 in seconds: whatever is larger counts milliseconds.
    value = seconds / 1000 if seconds > 1e11 else seconds
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def identifier(value: object) -> str:
    """A platform's id as a text; "" for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()
