"""Headers that every answer carries: what a page may load, and who may frame it."""

from __future__ import annotations

from aiohttp import web

_SOURCES = (
    "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {ancestors}"
)
POLICY = _SOURCES.format(ancestors="'self'")
# The chat is made to be framed by any shop; nothing in it acts with a cookie.
EMBEDDED_POLICY = _SOURCES.format(ancestors="*")
# The owner's pages act with a cookie: nobody frames them.
OWNER_POLICY = _SOURCES.format(ancestors="'none'")

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": POLICY,
}


async def add_page_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Add what the handler has not set itself."""
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    # Pages and scripts change with the version: ask each time, and be told "not modified".
    response.headers.setdefault("Cache-Control", "no-cache" if _static(request) else "no-store")


def _static(request: web.Request) -> bool:
    return request.path.startswith("/static/")
