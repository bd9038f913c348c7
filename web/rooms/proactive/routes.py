"""The routes of what a room says by itself, and the owner's page."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from web.door import NotSignedIn
from web.owner import require_owner
from web.page_headers import OWNER_POLICY
from web.rooms.proactive import api, refusals

_STATIC = Path(__file__).parent.parent.parent / "static"


def setup(app: web.Application) -> None:
    """Add the routes."""
    refusals.register()
    add = app.router
    add.add_get("/console/proactive", page)
    add.add_get("/api/rooms/{room}/proactive", api.get_proactive)
    add.add_post("/api/rooms/{room}/proactive/preview", api.post_preview)
    add.add_post("/api/rooms/{room}/proactive/show", api.post_show)
    add.add_put("/api/rooms/{room}/proactive/{kind}", api.put_kind)
    add.add_post("/api/rooms/{room}/proactive/{kind}/say", api.post_say)
    add.add_post("/api/rooms/{room}/scripts", api.post_script)
    add.add_put(r"/api/rooms/{room}/scripts/{pk:\d+}", api.put_script)
    add.add_delete(r"/api/rooms/{room}/scripts/{pk:\d+}", api.delete_script)
    add.add_post(r"/api/rooms/{room}/scripts/{pk:\d+}/say", api.say_script)


async def page(request: web.Request) -> web.FileResponse:
    """主动话术; to a stranger, the page that says how to sign in (401)."""
    headers = {"Content-Security-Policy": OWNER_POLICY, "Cache-Control": "no-store"}
    try:
        require_owner(request)
    except NotSignedIn:
        signin = _STATIC / "console" / "signin.html"
        return web.FileResponse(signin, status=401, headers=headers)
    return web.FileResponse(_STATIC / "proactive" / "index.html", headers=headers)
