"""The HTTP side of a room: comments in, what is on air, outcomes out, the host's link."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy.orm import Session

from shop import catalogue, rooms
from shop.rooms import Decided
from web.bearer import require_bearer
from web.errors import ApiError
from web.keys import CONFIG
from web.owner import require_owner
from web.payload import LARGEST_KEY, json_object, text_field
from web.rooms.access import host_token, require_owner_or_key
from web.rooms.intake import read_comments
from web.rooms.news import decided_row
from web.rooms.registry import ROOMS
from web.rooms.taking import take
from web.transactions import reading, writing

MAX_OUTCOMES = 5000
_MAX_SKU = 200


async def post_comments(request: web.Request) -> web.Response:
    """{"comments": […]} → 202 {"accepted", "duplicates"}, once they are in the journal."""
    app, room = request.app, request.match_info["room"]
    secrets = app[CONFIG].secrets
    require_bearer(request, secrets.ingest_key)
    await app[ROOMS].engine(room)  # an unknown room is told before a bad body
    body, now = await json_object(request), datetime.now(UTC)
    comments = await asyncio.to_thread(read_comments, body, secrets.viewer_key, now)
    accepted = await take(app, room, comments)
    counted = {"accepted": len(accepted.rows), "duplicates": accepted.duplicates}
    return web.json_response(counted, status=202)


async def post_on_air(request: web.Request) -> web.Response:
    """{"sku"}: the product now being explained; null: none is. 404 `unknown_sku`."""
    require_owner_or_key(request)
    app, room = request.app, request.match_info["room"]
    engine = await app[ROOMS].engine(room)
    body = await json_object(request)
    if "sku" not in body:
        raise ApiError(400, "bad_field", "sku is missing", field="sku")
    sku = text_field(body, "sku", _MAX_SKU) or None

    def put(session: Session) -> str | None:
        title = catalogue.get(session, sku).title if sku else None
        rooms.put_on_air(session, room, sku, datetime.now(UTC))
        return title

    title = await writing(app, put)
    engine.on_air = sku
    return web.json_response({"room": room, "on_air": sku, "title": title})


async def get_outcomes(request: web.Request) -> web.Response:
    """?limit=&after= → {"outcomes": […], "next": pk|null, "counts": {…}}, in order of arrival.

    `after` is a comment's pk; without it, the newest that this process has decided.
    """
    require_owner_or_key(request)
    room = request.match_info["room"]
    engine = await request.app[ROOMS].engine(room)
    limit = _number(request, "limit", 100, MAX_OUTCOMES)
    after = _number(request, "after", engine.news.before_newest(limit), LARGEST_KEY)

    def read(session: Session) -> tuple[list[Decided], dict[str, int]]:
        return rooms.outcomes(session, room, limit, after), rooms.counts(session, room)

    decided, counts = await reading(request.app, read)
    more = decided[-1].comment.pk if decided and len(decided) == limit else None
    rows = [decided_row(one) for one in decided]
    return web.json_response({"outcomes": rows, "next": more, "counts": counts})


async def post_host_token(request: web.Request) -> web.Response:
    """{} → {"token", "path"}: a link that opens this room's prompter on the host's phone."""
    require_owner(request)
    room = request.match_info["room"]
    await request.app[ROOMS].engine(room)
    token = host_token(request.app, room)
    return web.json_response({"token": token, "path": f"/prompter/{room}#{token}"})


def _number(request: web.Request, name: str, default: int, highest: int) -> int:
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > highest:
        raise ApiError(400, "bad_field", f"{name} must be 0 to {highest}", field=name)
    return int(text)
