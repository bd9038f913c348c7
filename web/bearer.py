"""Bearer keys, compared in constant time."""

from __future__ import annotations

import hmac

from aiohttp import web

from web.errors import ApiError

_SCHEME = "Bearer "


def has_bearer(request: web.Request, key: str) -> bool:
    """Whether the request carries exactly this key."""
    header = request.headers.get("Authorization", "")
    given = header.removeprefix(_SCHEME) if header.startswith(_SCHEME) else ""
    # surrogateescape: header bytes that are no UTF-8 must compare unequal, not raise.
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), key.encode())


def require_bearer(request: web.Request, key: str) -> None:
    """Refuse with 401 `wrong_key` unless the request carries the key."""
    if not has_bearer(request, key):
        raise ApiError(401, "wrong_key", "a valid bearer key is needed (Authorization: Bearer …)")
