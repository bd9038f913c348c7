"""Who may act as the owner."""

from __future__ import annotations

from aiohttp import web

from web.keys import DOOR

COOKIE = "boxiaoer_owner"


def require_owner(request: web.Request) -> None:
    """Raises NotSignedIn (401) unless the request carries the owner's cookie."""
    request.app[DOOR].check(request.cookies.get(COOKIE))
