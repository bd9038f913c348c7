"""The pages of a room: the overlay for OBS, the prompter for the host's phone."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from web.page_headers import OWNER_POLICY
from web.rooms.registry import ROOMS

_STATIC = Path(__file__).parent.parent / "static"


async def overlay(request: web.Request) -> web.FileResponse:
    """The overlay; 404 for an unknown room."""
    await request.app[ROOMS].engine(request.match_info["room"])
    return web.FileResponse(_STATIC / "overlay" / "index.html")


async def prompter(request: web.Request) -> web.FileResponse:
    """The prompter; the page itself holds nothing, its socket asks who looks."""
    await request.app[ROOMS].engine(request.match_info["room"])
    headers = {"Content-Security-Policy": OWNER_POLICY}
    return web.FileResponse(_STATIC / "prompter" / "index.html", headers=headers)
