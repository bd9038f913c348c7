"""The owner's pages: files of `web/static` that act with the owner's cookie."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from web.door import NotSignedIn
from web.owner import require_owner
from web.page_headers import OWNER_POLICY

_STATIC = Path(__file__).parent / "static"


def owner_page(request: web.Request, name: str) -> web.FileResponse:
    """The page; to a stranger, the one that says how to sign in (401)."""
    try:
        require_owner(request)
    except NotSignedIn:
        return page("console/signin.html", status=401)
    return page(name)


def page(name: str, status: int = 200) -> web.FileResponse:
    """A page for whoever asks, under the owner's policy, which forbids framing."""
    headers = {"Content-Security-Policy": OWNER_POLICY, "Cache-Control": "no-store"}
    return web.FileResponse(_STATIC / name, status=status, headers=headers)
