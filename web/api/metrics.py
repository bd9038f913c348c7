"""GET /metrics for Prometheus on the same machine."""

from __future__ import annotations

import ipaddress

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from web.errors import ApiError
from web.keys import MEASURES

# A proxy on this machine connects from loopback for the whole world, but says so.
_PROXY_HEADERS = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")


def from_loopback(request: web.Request) -> bool:
    """Whether the request was made on this machine and not handed on by a proxy."""
    try:
        local = ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    return local and not any(name in request.headers for name in _PROXY_HEADERS)


async def get_metrics(request: web.Request) -> web.Response:
    """The counters in Prometheus' text format; 403 from anywhere but loopback."""
    if not from_loopback(request):
        raise ApiError(403, "loopback_only", "metrics are served to this machine only")
    body = generate_latest(request.app[MEASURES].registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
