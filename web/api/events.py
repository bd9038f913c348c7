"""POST /api/events: behaviour events from the shop front, delivered at least once.

A request is taken whole or not at all: a sender that repeats until it sees 202 then knows that
nothing of a refused request was kept, and every bad row is named so that it can be left out.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aiohttp import web

from shop import events
from shop.events import Event, Recorded
from shop.names import EVENTS
from shop.viewers import LIVE, pseudonym
from web.bearer import require_bearer
from web.errors import ApiError
from web.keys import CONFIG, DATABASE
from web.payload import json_object, text_field

MAX_EVENTS = 5000
_MAX_ID = 200
# Where the viewers' ids come from; the same default as imported files and rooms have, so that
# one person's orders, comments and clicks meet under one pseudonym.
VIEWER_CHANNEL = LIVE
_NAMED_ERRORS = 20


class BadRow(ValueError):
    """A row that is not an event; the message says why."""


async def post_events(request: web.Request) -> web.Response:
    """{"events": […], "channel"?} → 202 {"accepted", "duplicates"}; one bad row refuses all."""
    config = request.app[CONFIG]
    require_bearer(request, config.secrets.ingest_key)
    body = await json_object(request)
    rows, channel = body.get("events"), text_field(body, "channel", _MAX_ID) or VIEWER_CHANNEL
    if not isinstance(rows, list):
        raise ApiError(400, "bad_field", "events must be a list", field="events")
    if len(rows) > MAX_EVENTS:
        raise ApiError(413, "too_large", f"at most {MAX_EVENTS} events in one request")
    read = read_events(rows, partial(pseudonym, config.secrets.viewer_key, channel))
    recorded = await asyncio.to_thread(_record, request.app, read)
    counts = {"accepted": recorded.accepted, "duplicates": recorded.duplicates}
    return web.json_response(counts, status=202)


def _record(app: web.Application, rows: list[Event]) -> Recorded:
    with app[DATABASE].begin() as session:
        return events.record(session, rows)


def read_events(rows: list[Any], known_as: Callable[[str], str]) -> list[Event]:
    """Events, with viewers as `known_as` calls them. Raises ApiError 400 naming the bad rows."""
    read, bad = [], []
    for index, row in enumerate(rows):
        try:
            read.append(_event(row, known_as))
        except BadRow as error:
            bad.append({"index": index, "reason": str(error)})
    if bad:
        message = f"{len(bad)} of {len(rows)} events are bad; none was kept"
        raise ApiError(400, "bad_events", message, errors=bad[:_NAMED_ERRORS])
    return read


def _event(row: Any, known_as: Callable[[str], str]) -> Event:
    if not isinstance(row, dict):
        raise BadRow("must be an object")
    kind = row.get("event")
    if kind not in EVENTS:
        raise BadRow(f"event must be one of {', '.join(EVENTS)}")
    return Event(
        event_id=_text(row, "event_id"),
        ts=_time(row.get("ts")),
        viewer=known_as(_text(row, "viewer")),
        event=kind,
        sku=_optional_text(row, "sku"),
        value=_number(row.get("value")),
        room=_optional_text(row, "room"),
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadRow(f"{name} must be a text that is not empty")
    if len(value) > _MAX_ID:
        raise BadRow(f"{name} is longer than {_MAX_ID} characters")
    return value.strip()


def _optional_text(row: Mapping[str, Any], name: str) -> str | None:
    return None if row.get(name) in (None, "") else _text(row, name)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRow("value must be a number")
    try:
        number = float(value)
    except OverflowError as error:
        raise BadRow("value is too large") from error
    if not math.isfinite(number):
        raise BadRow("value is too large")
    return number


def _time(value: Any) -> datetime:
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
    raise BadRow("ts must be ISO 8601 with a zone (2026-01-31T20:00:00+08:00) or epoch seconds")
