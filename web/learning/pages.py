"""The owner's pages: inbox, FAQ, models."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from web.door import NotSignedIn
from web.owner import require_owner
from web.page_headers import OWNER_POLICY

_STATIC = Path(__file__).parent.parent / "static"
PAGES = {"inbox": "inbox.html", "faq": "faq.html", "models": "models.html"}


async def page(request: web.Request) -> web.FileResponse:
    """One of PAGES; to a stranger, the page that says how to sign in (401)."""
    headers = {"Content-Security-Policy": OWNER_POLICY, "Cache-Control": "no-store"}
    try:
        require_owner(request)
    except NotSignedIn:
        signin = _STATIC / "console" / "signin.html"
        return web.FileResponse(signin, status=401, headers=headers)
    name = request.match_info["page"]
    return web.FileResponse(_STATIC / "learning" / PAGES[name], headers=headers)
