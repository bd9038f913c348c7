"""What the host does with a question: done, skip, take that back, have it taught.

A host's link opens its own room only: an item of another room is none. Nothing here writes an
answer; a host without the owner's cookie can only put a question into the owner's inbox.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web
from sqlalchemy.orm import Session

from shop import handoff, inbox
from web.errors import ApiError
from web.payload import LARGEST_KEY, json_object, row_number
from web.rooms.access import require_host
from web.rooms.registry import ROOMS
from web.transactions import reading, writing

OPEN: Final = "open"
# A mis-tap is noticed at once; what was done longer ago stays done.
UNDO_SECONDS: Final = 60.0
_MOST = 2_000


async def post_handoffs(request: web.Request) -> web.Response:
    """{"pks", "how": "done"|"skip"|"open"} → {"how", "changed": pks}; "open" takes back.

    Those of another room, and those that are so already, are passed over. 409 `too_late` when
    nothing can be taken back any more.
    """
    room = request.match_info["room"]
    require_host(request, room)
    engine = await request.app[ROOMS].engine(room)
    body = await json_object(request)
    pks, how = _numbers(body.get("pks")), body.get("how")
    if how not in (handoff.DONE, handoff.SKIP, OPEN):
        raise ApiError(400, "bad_field", "how must be done, skip or open", field="how")
    since = datetime.now(UTC) - timedelta(seconds=UNDO_SECONDS)

    def change(session: Session) -> list[int]:
        if how == OPEN:
            return handoff.reopen_many(session, room, pks, since)
        return handoff.close_many(session, room, pks, how)

    changed = await writing(request.app, change)
    if how == OPEN and not changed:
        raise ApiError(409, "too_late", "已经过了可以撤销的时间")
    for pk in changed if how != OPEN else ():
        engine.closed(pk)
    return web.json_response({"how": how, "changed": sorted(changed)})


async def post_handoff(request: web.Request) -> web.Response:
    """{"how": "done"|"skip"} closes an item of the host; 404 `unknown_item`."""
    room = request.match_info["room"]
    require_host(request, room)
    engine = await request.app[ROOMS].engine(room)
    how = (await json_object(request)).get("how")
    if how not in (handoff.DONE, handoff.SKIP):
        raise ApiError(400, "bad_field", "how must be done or skip", field="how")
    pk = row_number(request, handoff.UnknownItem)

    def close(session: Session) -> bool:
        handoff.item(session, room, pk)
        return handoff.close(session, pk, how)

    closed = await writing(request.app, close)
    engine.closed(pk)
    return web.json_response({"pk": pk, "how": how, "closed": closed})


async def post_teach(request: web.Request) -> web.Response:
    """{} → {"filed", "text"}: sees to it that the question waits in the owner's inbox.

    `filed` is false where it waited there already. 404 `unknown_item`.
    """
    room = request.match_info["room"]
    require_host(request, room)
    engine = await request.app[ROOMS].engine(room)
    pk = row_number(request, handoff.UnknownItem)
    item = await reading(request.app, lambda session: handoff.item(session, room, pk))
    propensity = engine.signals(item.viewer)

    def file(session: Session) -> bool:
        if inbox.is_open(session, item.text, room):
            return False
        inbox.record(
            session, item.text, inbox.HANDED_OVER, item.viewer, room=room,
            intent=item.intent, sku=item.sku, propensity=propensity,
        )  # fmt: skip
        return True

    return web.json_response({"filed": await writing(request.app, file), "text": item.text})


def _numbers(value: Any) -> list[int]:
    if not isinstance(value, list) or not value or len(value) > _MOST:
        raise ApiError(400, "bad_field", f"pks must be 1 to {_MOST} numbers", field="pks")
    if not all(type(pk) is int and 0 < pk <= LARGEST_KEY for pk in value):
        raise ApiError(400, "bad_field", "pks must be numbers of items", field="pks")
    return value
