"""POST …/comments at the edge: from JSON rows to comments of the journal, or named refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shop.rooms import Incoming
from shop.viewers import LIVE, pseudonym
from web.errors import ApiError

MAX_COMMENTS = 5000
# A text beyond this is an attack on the journal; one beyond web.chat.MAX_TEXT is kept, and
# dropped as too long.
MAX_TEXT = 10_000
_MAX_ID = 200
_MAX_NAME = 100
_NAMED_ERRORS = 20
# The shop's orders and events name viewers by the platform's ids too: one person, one pseudonym.
VIEWER_CHANNEL = LIVE


class BadComment(ValueError):
    """A row that is not a comment; the message says why."""


def read_comments(body: Mapping[str, Any], viewer_key: str, now: datetime) -> list[Incoming]:
    """The request's comments, viewers as pseudonyms; `now` is the time of those without one.

    Raises ApiError 400 `bad_comments` naming each bad row, 400 `bad_field`, 413 `too_large`.
    """
    rows = body.get("comments")
    if not isinstance(rows, list):
        raise ApiError(400, "bad_field", "comments must be a list", field="comments")
    if len(rows) > MAX_COMMENTS:
        raise ApiError(413, "too_large", f"at most {MAX_COMMENTS} comments in one request")
    read, bad = [], []
    for index, row in enumerate(rows):
        try:
            read.append(_comment(row, viewer_key, now))
        except BadComment as error:
            bad.append({"index": index, "reason": str(error)})
    if bad:
        message = f"{len(bad)} of {len(rows)} comments are bad; none was kept"
        raise ApiError(400, "bad_comments", message, errors=bad[:_NAMED_ERRORS])
    return read


def _comment(row: Any, viewer_key: str, now: datetime) -> Incoming:
    if not isinstance(row, dict):
        raise BadComment("must be an object")
    text = row.get("text")
    if not isinstance(text, str):
        raise BadComment("text must be a text")
    if len(text) > MAX_TEXT:
        raise BadComment(f"text is longer than {MAX_TEXT} characters")
    name = row.get("name") or ""
    if not isinstance(name, str):
        raise BadComment("name must be a text")
    return Incoming(
        id=_identifier(row, "id"),
        viewer=pseudonym(viewer_key, VIEWER_CHANNEL, _identifier(row, "viewer")),
        name=name.strip()[:_MAX_NAME],
        text=text,
        ts=_time(row.get("ts"), now),
    )


def _identifier(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    # Platforms number their comments; a connector that passes the number on means the same.
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise BadComment(f"{name} must be a text that is not empty")
    if len(value) > _MAX_ID:
        raise BadComment(f"{name} is longer than {_MAX_ID} characters")
    return value.strip()


def _time(value: Any, now: datetime) -> datetime:
    if value is None:
        return now
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            # A time without a zone would mean another moment on every server.
            if at.tzinfo is not None:
                return at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise BadComment("ts must be ISO 8601 with a zone (2026-01-31T20:00:00+08:00) or epoch seconds")
