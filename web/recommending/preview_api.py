"""/console/api/recommend: any viewer, what would be recommended to them now, and why."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from shop import catalogue, viewer_search
from shop import rooms as shop_rooms
from web.fields import bad, query_number
from web.keys import DESK
from web.owner import require_owner
from web.payload import storable
from web.recommending.preview import Asked, preview
from web.transactions import reading

_LONGEST = 100


async def get_viewers(request: web.Request) -> web.Response:
    """?q= → viewers seen last, by the name shown in a room or how the pseudonym begins."""
    require_owner(request)
    text = storable(request.query.get("q", ""))[:_LONGEST]
    found = await reading(request.app, lambda session: viewer_search.search(session, text))
    rows = [{"viewer": v.viewer, "name": v.name, "seen": v.seen.isoformat()} for v in found]
    return web.json_response({"viewers": rows})


async def get_preview(request: web.Request) -> web.Response:
    """?viewer=&room=&on_air=&stay=&public= → the list, its breakdown, the profile in words."""
    require_owner(request)
    query = {name: storable(value)[:_LONGEST] for name, value in request.query.items()}
    asked = Asked(
        viewer=query.get("viewer", ""),
        room=query.get("room") or None,
        on_air=query.get("on_air") or None,
        stay_s=float(query_number(request, "stay", 0)),
        public=query.get("public") == "1",
    )
    if not asked.viewer:
        raise bad("viewer", "请选择一位观众")
    made = await asyncio.to_thread(preview, request.app[DESK], asked)
    return web.json_response(made)


async def get_circumstances(request: web.Request) -> web.Response:
    """The rooms, and what may be on air: for the page's choices."""
    require_owner(request)

    def read(session: Any) -> dict[str, Any]:
        listed = catalogue.listed(session)
        products = [{"sku": p.sku, "title": p.title, "link_no": p.link_no} for p in listed]
        return {"rooms": shop_rooms.rooms(session), "products": products}

    return web.json_response(await reading(request.app, read))
