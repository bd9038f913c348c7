"""Pages of other sites may not act here: foreign-origin refusal for state changes and WebSockets.

A browser attaches cookies to requests that another site's page makes, and opens WebSockets across
sites without asking. It also says, in headers no page can forge, where the request comes from:
Origin, and Sec-Fetch-Site where Origin is missing. A client that sends neither is no browser and
has no cookie to abuse. Tokens in forms were rejected: they need state in every page, and
WebSockets cannot carry them.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from web.errors import ApiError
from web.keys import CONFIG

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(request: web.Request, own: str = "") -> bool:
    """Whether a browser says that another site's page made this request.

    `own` is the address behind a proxy (scheme and host) that counts as ours beside Host.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if own and origin == own.rstrip("/"):
        return False
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return True
    return not host or host.lower() != request.host.lower()  # "null" has no host


def changes_state(request: web.Request) -> bool:
    """Whether the request is one that another site must not make."""
    upgrade = request.headers.get("Upgrade", "").lower() == "websocket"
    return upgrade or request.method not in _SAFE_METHODS


@web.middleware
async def origin_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse state changes and WebSockets that come from a foreign page."""
    if changes_state(request) and is_foreign(request, request.app[CONFIG].settings.public_url):
        raise ApiError(403, "foreign_origin", "requests from pages of other sites are refused")
    return await handler(request)
