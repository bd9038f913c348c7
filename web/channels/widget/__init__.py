"""The web widget: a chat over WebSocket, the page it lives in, and a page to try it on."""

from __future__ import annotations

from aiohttp import web

from web.channels.widget import pages
from web.channels.widget.connections import CONNECTIONS, Connections
from web.channels.widget.talk import ws_chat


def setup(app: web.Application) -> None:
    """Add the routes, and close every conversation in order at the end."""
    app[CONNECTIONS] = Connections()
    app.on_shutdown.append(_close_all)
    app.router.add_get("/ws/chat", ws_chat)
    app.router.add_get("/", pages.home)
    app.router.add_get("/widget", pages.demo)
    app.router.add_get("/widget/frame", pages.frame)
    app.router.add_get("/widget/products", pages.products)


async def _close_all(app: web.Application) -> None:
    await app[CONNECTIONS].close()
