"""POST /api/chat: one message, one reply."""

from __future__ import annotations

from aiohttp import web

from web.chat import Context
from web.errors import ApiError
from web.keys import PRESENCE, SESSIONS
from web.payload import CHAT_BODY_LIMIT, json_object, text_field
from web.talking import answer, product_context

_ID_LIMIT = 1024


async def post_chat(request: web.Request) -> web.Response:
    """{"session"?, "text", "sku"?} → {"session", "replies", "meta"}."""
    body = await json_object(request, CHAT_BODY_LIMIT)
    text = body.get("text")
    if not isinstance(text, str):
        raise ApiError(400, "bad_field", "text must be a text", field="text")
    session = request.app[SESSIONS].open_or_issue(text_field(body, "session", _ID_LIMIT))
    sku = text_field(body, "sku", _ID_LIMIT)
    context = await product_context(request.app, sku) if sku else Context()
    await request.app[PRESENCE].note(session.viewer, "api")
    reply = await answer(request.app, session.viewer, "api", text, context)
    return web.json_response(
        {"session": session.token, "replies": reply.blocks, "meta": reply.meta}
    )
