"""POST /api/feedback: a viewer says whether a reply helped."""

from __future__ import annotations

from aiohttp import web

from shop import inbox
from web.errors import ApiError
from web.keys import MEASURES
from web.learning.keys import FEEDBACK, RECORDER
from web.payload import CHAT_BODY_LIMIT, json_object
from web.signing import BadToken


async def post_feedback(request: web.Request) -> web.Response:
    """{"turn", "up"} → {"counted"}; a reply is rated once."""
    body = await json_object(request, CHAT_BODY_LIMIT)
    token, up = body.get("turn"), body.get("up")
    if not isinstance(token, str) or not isinstance(up, bool):
        raise ApiError(400, "bad_field", "turn is a text and up is true or false")
    feedback = request.app[FEEDBACK]
    try:
        turn = feedback.read(token)
    except BadToken as error:
        raise ApiError(400, "bad_turn", "这条回复已经不能评价了") from error
    if not feedback.first(token):
        return web.json_response({"counted": False})
    request.app[MEASURES].feedback.labels("up" if up else "down").inc()
    if not up:
        meta = {"intent": turn["i"], "confidence": turn["c"], "faq_id": turn["f"]}
        request.app[RECORDER].record(turn["v"], turn["t"], meta, turn["k"], inbox.THUMBS_DOWN)
    return web.json_response({"counted": True})
