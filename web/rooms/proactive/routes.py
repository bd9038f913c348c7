"""The routes of what a room says by itself, and the owner's page."""

from __future__ import annotations

from aiohttp import web

from web.owner_page import owner_page
from web.rooms.proactive import api, refusals


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
    """主动话术."""
    return owner_page(request, "proactive/proactive.html")
