"""The doors at which platforms knock: Douyin's pushes, and comments over one open connection."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import WSMsgType, web

from web.bearer import require_bearer
from web.errors import ApiError, public_error
from web.keys import CONFIG
from web.payload import parse_object
from web.rooms.connectors import douyin
from web.rooms.connectors.douyin import BadSignature
from web.rooms.connectors.said import incoming
from web.rooms.intake import read_comments
from web.rooms.registry import ROOMS
from web.rooms.taking import take

HEARTBEAT = 25.0
# As much as a POST of comments may hold.
LARGEST = 4 * 1024 * 1024


async def post_douyin(request: web.Request) -> web.Response:
    """A push of Douyin's → 200 {"err_no": 0}, once its comments are in the journal.

    403 `bad_signature`; 404 `not_connected` where BOXIAOER_DOUYIN_SECRET is not set.
    """
    app, room = request.app, request.match_info["room"]
    settings, secrets = app[CONFIG].settings, app[CONFIG].secrets
    if not settings.douyin_secret:
        raise ApiError(404, "not_connected", "BOXIAOER_DOUYIN_SECRET is not set")
    body = await request.read()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        douyin.check(headers, body, settings.douyin_secret)
    except BadSignature as error:
        raise ApiError(403, "bad_signature", str(error)) from error
    now = datetime.now(UTC)
    found = douyin.read(headers["x-msg-type"], body)
    await take(app, room, [incoming(said, secrets.viewer_key, now) for said in found])
    return web.json_response({"err_no": 0, "err_msg": "ok"})


async def ws_comments(request: web.Request) -> web.WebSocketResponse:
    """{"comments": […]} a message → {"accepted", "duplicates"}, or {"error"}; bearer key."""
    app, room = request.app, request.match_info["room"]
    secrets = app[CONFIG].secrets
    require_bearer(request, secrets.ingest_key)
    await app[ROOMS].engine(room)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LARGEST)
    await socket.prepare(request)
    async for message in socket:
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            continue
        try:
            body = parse_object(message.data)
            read = read_comments(body, secrets.viewer_key, datetime.now(UTC))
            accepted = await take(app, room, read)
        except Exception as error:
            await socket.send_json(public_error(error))
        else:
            counted = {"accepted": len(accepted.rows), "duplicates": accepted.duplicates}
            await socket.send_json(counted)
    return socket
