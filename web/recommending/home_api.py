"""/api/recommendations: the cards a viewer sees when the widget opens, and their taps."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from actions.suggesting.cards import cards
from actions.suggesting.occasion import Occasion
from actions.suggesting.suggest import Suggester
from shop import impressions
from web.errors import ApiError
from web.keys import DESK, PRESENCE, SESSIONS
from web.lawful import lawful
from web.payload import CHAT_BODY_LIMIT, json_object, text_field
from web.rooms import wording
from web.transactions import writing

CHANNEL = "widget"
FRESH, RETURNING = "fresh", "returning"
TITLES = {
    FRESH: "先看看店里正在卖的这几款～",
    RETURNING: "欢迎回来，这几款您可能想看～",
}
_ID_LIMIT = 1024
_SHOWN = re.compile(r"([0-9a-f]{16}):([0-9]{1,2})")


async def post_recommendations(request: web.Request) -> web.Response:
    """{"session"?,"sku"?} → {"session","kind","title","replies"}; perhaps no cards."""
    body = await json_object(request, CHAT_BODY_LIMIT)
    session = request.app[SESSIONS].open_or_issue(text_field(body, "session", _ID_LIMIT))
    sku = text_field(body, "sku", _ID_LIMIT)
    await request.app[PRESENCE].note(session.viewer, CHANNEL)
    home = await asyncio.to_thread(_home, request.app, session.viewer, sku)
    return web.json_response({"session": session.token, **home})


async def post_click(request: web.Request) -> web.Response:
    """{"session","shown"} → {"counted"}: a recommended card was tapped; it counts once."""
    body = await json_object(request, CHAT_BODY_LIMIT)
    session = request.app[SESSIONS].open(text_field(body, "session", _ID_LIMIT) or "")
    found = _SHOWN.fullmatch(text_field(body, "shown", _ID_LIMIT) or "")
    if found is None:
        raise ApiError(400, "bad_field", "shown is LIST:POSITION of a card", field="shown")
    # The tap may come before the list it belongs to has been written.
    await asyncio.to_thread(request.app[DESK].impressions.flush)
    list_id, position = found[1], int(found[2])
    counted = await writing(
        request.app,
        lambda s: impressions.click(s, session.viewer, list_id, position, datetime.now(UTC)),
    )
    return web.json_response({"counted": counted})


def _home(app: web.Application, viewer: str, sku: str | None) -> dict[str, Any]:
    desk = app[DESK]
    recommender = desk.recommender
    if recommender is None:
        return {"kind": FRESH, "title": "", "replies": []}
    occasion = Occasion(viewer, desk.clock(), impressions.HOME, page_sku=sku)
    with desk.database.read() as session:
        suggester = Suggester(desk, session, occasion, recommender)
        found = suggester.suggest()
        kind = RETURNING if suggester.returning else FRESH
    desk.impressions.note(found.impressions(occasion))
    said = lawful(cards(found), wording.current().book) if found.items else None
    # What the advertising law holds is left out: nobody asked for it.
    kept = [b for b in said.blocks if b["type"] == "product_card"] if said else []
    return {"kind": kind, "title": TITLES[kind] if kept else "", "replies": kept}
