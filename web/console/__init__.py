"""The owner's console: signing in, and the room as it happens."""

from __future__ import annotations

from aiohttp import web

from web.console import pages


def setup(app: web.Application) -> None:
    """Add the routes."""
    app.router.add_get("/console", pages.redirect_home)
    app.router.add_get("/console/", pages.home)
    # No HEAD: a link preview must not use up the link.
    app.router.add_get("/console/enter", pages.enter, allow_head=False)
    app.router.add_post("/console/logout", pages.logout)
    app.router.add_get("/console/rooms", pages.rooms)
