"""A server in Rasa's place, and the names that the tests of web share."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from shop.catalogue import Product
from shop.settings import Secrets

Client = TestClient[web.Request, web.Application]
SECRETS = Secrets("rasa-secret", "session-secret", "viewer-secret", "ingest-secret")
HOODIE = Product(sku="A1", title="加绒卫衣", price_fen=9900, stock=5, link_no=3)


class RasaStandIn:
    """Speaks the gateway's contract and notes what it was asked; echoes the text."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status = 200
        self.body: Any = None
        self.replies: list[dict[str, Any]] | None = None  # None: echo the text
        self.parsed: dict[str, Any] | None = None  # None: a price is asked
        self.meta: dict[str, Any] = {}
        self.delay = 0.0
        self.running = 0
        self.most_running = 0
        self.port = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/webhooks/gateway/", self.health)
        app.router.add_post("/webhooks/gateway/message", self.message)
        app.router.add_post("/webhooks/gateway/parse", self.parse)
        return app

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {SECRETS.shared_secret}":
            return web.json_response({"error": {"code": "wrong_key", "message": ""}}, status=401)
        if self.status != 200 or self.body is not None:
            return web.json_response(self.body, status=self.status)
        return None

    async def health(self, request: web.Request) -> web.Response:
        return self._refused(request) or web.json_response({"status": "ok", "model": "m1"})

    async def parse(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        parsed = self.parsed or {"intent": {"name": "ask_price", "confidence": 0.9}}
        return self._refused(request) or web.json_response(parsed)

    async def message(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(self.delay)
        self.running -= 1
        replies = self.replies or [{"type": "text", "text": f"答：{asked['text']}"}]
        meta = {"intent": "ask_price", "confidence": 0.9, "source": "product"} | self.meta
        return self._refused(request) or web.json_response({"replies": replies, "meta": meta})


def bearer(key: str) -> dict[str, str]:
    """The header of a connector or shop front."""
    return {"Authorization": f"Bearer {key}"}
