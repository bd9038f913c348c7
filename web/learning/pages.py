"""The owner's pages: inbox, FAQ, models."""

from __future__ import annotations

from aiohttp import web

from web.owner_page import owner_page

PAGES = {"inbox": "inbox.html", "faq": "faq.html", "models": "models.html"}


async def page(request: web.Request) -> web.FileResponse:
    """One of PAGES."""
    return owner_page(request, f"learning/{PAGES[request.match_info['page']]}")
