"""A server in Rasa's place that understands a handful of Chinese questions, by key words."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from aiohttp import web

SHARED_SECRET = "rasa-secret"
# The first word found decides.
INTENTS = {
    "快递单": "ask_order_status",
    "投诉": "complaint",
    "券": "ask_discount",
    "转一圈": "ask_host_show",
    "多少钱": "ask_price",
    "啥价": "ask_price",
    "怎么洗": "ask_usage",
    "发货": "ask_shipping_time",
    "码": "ask_size",
    "最好": "ask_spec",
    "你好": "greet",
}
REPLIES: dict[str, list[dict[str, Any]]] = {
    "ask_price": [
        {"type": "text", "text": "99元"},
        {
            "type": "product_card",
            "sku": "A1",
            "title": "加绒<i>卫衣",
            "price_fen": 9900,
            "link_no": 3,
        },
        {"type": "quick_replies", "items": [{"text": "怎么买"}]},
    ],
    "ask_order_status": [
        {"type": "text", "text": "订单信息只发给您本人～"},
        {"type": "text", "text": "秘密单号SF123", "private": True},
    ],
    "ask_discount": [{"type": "coupon_card", "code": "SECRET", "title": "券", "private": True}],
    "complaint": [{"type": "handoff", "reason": "complaint", "text": "已转给主播"}],
    "ask_host_show": [{"type": "handoff", "reason": "host_show", "text": "马上展示"}],
    "ask_usage": [{"type": "text", "text": "全网最好用，温水手洗"}],
    "ask_spec": [{"type": "text", "text": "这是国家级面料"}],
    "nlu_fallback": [{"type": "handoff", "reason": "unknown_question", "text": "还没学会"}],
}


class RoomRasa:
    """Speaks the gateway's contract; `down` refuses with 503, `failing` with 502."""

    def __init__(self) -> None:
        self.port = 0
        self.down = False
        self.failing = False
        self.delay = 0.0
        self.parsed: Counter[str] = Counter()
        self.messages: list[dict[str, Any]] = []

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/webhooks/gateway/", self.health)
        app.router.add_post("/webhooks/gateway/parse", self.parse)
        app.router.add_post("/webhooks/gateway/parse_many", self.parse_many)
        app.router.add_post("/webhooks/gateway/message", self.message)
        return app

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {SHARED_SECRET}":
            return web.json_response({"error": {"code": "wrong_key", "message": ""}}, status=401)
        if self.down or self.failing:
            return web.json_response({}, status=503 if self.down else 502)
        return None

    async def health(self, request: web.Request) -> web.Response:
        return self._refused(request) or web.json_response({"status": "ok", "model": "m1"})

    async def parse(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        await asyncio.sleep(self.delay)
        return self._refused(request) or web.json_response(self._found(text))

    async def parse_many(self, request: web.Request) -> web.Response:
        texts = (await request.json())["texts"]
        await asyncio.sleep(self.delay)
        if refused := self._refused(request):
            return refused
        if any("绊倒" in text for text in texts):
            return web.json_response({}, status=502)
        return web.json_response({"parses": [self._found(text) for text in texts]})

    def _found(self, text: str) -> dict[str, Any]:
        self.parsed[text] += 1
        intent = next((i for word, i in INTENTS.items() if word in text), "nlu_fallback")
        entities = [{"entity": "link_no", "value": 3}] if "3号" in text else []
        return {"intent": {"name": intent, "confidence": 0.9}, "entities": entities}

    async def message(self, request: web.Request) -> web.Response:
        asked = await request.json()
        await asyncio.sleep(self.delay)
        if refused := self._refused(request):
            return refused
        self.messages.append(asked)
        intent = asked["parse"]["intent"]["name"]
        replies = REPLIES.get(intent, [{"type": "text", "text": f"答：{asked['text']}"}])
        meta = {"intent": intent, "confidence": 0.9, "source": "rule"}
        return web.json_response({"replies": replies, "meta": meta})
