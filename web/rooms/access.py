"""Who may act in a room: the owner by cookie, the host's phone by token, connectors by key."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from web.bearer import require_bearer
from web.door import NotSignedIn
from web.errors import ApiError
from web.keys import CONFIG
from web.owner import require_owner
from web.signing import BadToken, Signer

# Longer than any show; a token on a borrowed phone is of no use the day after.
TOKEN_LIFETIME = timedelta(hours=16)
_BEARER = "Bearer "


def host_token(app: web.Application, room: str) -> str:
    """A token that opens this room's prompter and nothing else."""
    return _signer(app).sign({"room": room}, TOKEN_LIFETIME)


def require_owner_or_key(request: web.Request) -> None:
    """The owner's browser, or whoever holds the ingest key.

    Raises NotSignedIn (401), ApiError 401 `wrong_key` for a key that is not the one.
    """
    if "Authorization" in request.headers:
        require_bearer(request, request.app[CONFIG].secrets.ingest_key)
    else:
        require_owner(request)


def require_host(request: web.Request, room: str) -> None:
    """The owner's browser or the host's token for this room.

    Raises NotSignedIn (401), ApiError 401 `wrong_token` for a token that does not open it.
    """
    token = _token(request)
    if not token:
        require_owner(request)
        return
    try:
        opens = _signer(request.app).read(token).get("room")
    except (BadToken, ValueError, KeyError) as error:
        raise ApiError(401, "wrong_token", "提词器链接已失效，请在控制台重新获取") from error
    if opens != room:
        raise ApiError(401, "wrong_token", "这个提词器链接不属于本直播间")


def may_host(request: web.Request, room: str) -> bool:
    """Whether `require_host` lets this request pass."""
    try:
        require_host(request, room)
    except (ApiError, NotSignedIn):
        return False
    return True


def _token(request: web.Request) -> str:
    # Browsers cannot send headers with a WebSocket, hence the query.
    header = request.headers.get("Authorization", "")
    return request.query.get("token") or header.removeprefix(_BEARER)


def _signer(app: web.Application) -> Signer:
    return Signer(app[CONFIG].secrets.session_key, "room-host")
