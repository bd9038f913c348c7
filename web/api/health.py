"""GET /healthz: ready when Rasa answers."""

from __future__ import annotations

from aiohttp import web

from web.keys import CONFIG, GATEWAY


async def healthz(request: web.Request) -> web.Response:
    """200 with the model and encoder in use; AssistantUnavailable (503) until Rasa answers."""
    health = await request.app[GATEWAY].health()
    encoder = request.app[CONFIG].encoder_name
    return web.json_response({"status": "ok", "model": health.model, "encoder": encoder})
