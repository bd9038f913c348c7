"""What holds for every route: one error shape, foreign origins, headers, health, metrics."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError

from tests.web.stand_in import Client, RasaStandIn


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing-here", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
        ("GET", "/static/%2e%2e/app.py", 404, "not_found"),
        ("GET", "/static/", 403, "forbidden"),
        ("GET", "/api/chat", 405, "method_not_allowed"),
        ("DELETE", "/healthz", 405, "method_not_allowed"),
        ("PUT", "/healthz", 405, "method_not_allowed"),
        ("GET", "/ws/chat", 400, "bad_request"),
    ],
)
async def test_every_refusal_has_the_one_shape(
    client: Client, method: str, path: str, status: int, code: str
) -> None:
    response = await client.request(method, path)
    body = await response.json()
    assert (response.status, body["error"]["code"]) == (status, code)
    assert set(body) == {"error"}
    assert body["error"]["message"]


async def test_a_wrong_method_is_told_the_right_one(client: Client) -> None:
    assert (await client.get("/api/chat")).headers["Allow"] == "POST"


async def test_health_follows_rasa(client: Client, rasa: RasaStandIn) -> None:
    rasa.status, rasa.body = 503, {"error": {"code": "no_model", "message": "loading"}}
    response = await client.get("/healthz")
    assert response.status == 503
    assert (await response.json())["error"]["code"] == "assistant_unavailable"
    rasa.status, rasa.body = 200, None
    response = await client.get("/healthz")
    assert response.status == 200
    assert await response.json() == {"status": "ok", "model": "m1", "encoder": "live-e5"}


def own(client: Client) -> str:
    return f"http://{client.host}:{client.port}"


FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://["},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/api/chat", "/api/events", "/console/logout"])
async def test_a_foreign_page_changes_nothing(
    client: Client, rasa: RasaStandIn, headers: dict[str, str], path: str
) -> None:
    response = await client.post(path, json={"text": "多少钱"}, headers=headers)
    assert (response.status, (await response.json())["error"]["code"]) == (403, "foreign_origin")
    assert rasa.asked == []


@pytest.mark.parametrize("headers", FOREIGN)
async def test_a_foreign_page_opens_no_socket(client: Client, headers: dict[str, str]) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/ws/chat", headers=headers)
    assert refused.value.status == 403


async def test_our_own_pages_and_programs_are_let_in(client: Client) -> None:
    for headers in (
        {},
        {"Origin": own(client)},
        {"Origin": own(client), "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ):
        response = await client.post("/api/chat", json={"text": "多少钱"}, headers=headers)
        assert response.status == 200, headers
        async with client.ws_connect("/ws/chat", headers=headers) as socket:
            await socket.send_json({"type": "ping"})
            assert await socket.receive_json() == {"type": "pong"}


async def test_reading_from_elsewhere_is_no_state_change(client: Client) -> None:
    response = await client.get("/widget", headers={"Origin": "https://shop.example"})
    assert response.status == 200
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("path", "ancestors"),
    [
        ("/widget", "'self'"),
        ("/widget/frame", "*"),
        ("/console/", "'none'"),
        ("/healthz", "'self'"),
    ],
)
async def test_pages_say_what_they_may_load_and_who_may_frame_them(
    client: Client, path: str, ancestors: str
) -> None:
    headers = (await client.get(path)).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {ancestors}")
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/widget", "/widget/frame", "/console/"])
async def test_pages_have_nothing_inline(client: Client, path: str) -> None:
    html = await (await client.get(path)).text()
    assert "<script>" not in html
    assert "<style" not in html
    assert "style=" not in html
    assert " onclick" not in html


MARKUP_MAKERS = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")


def test_scripts_never_make_markup_from_text(root: Path) -> None:
    scripts = list((root / "web" / "static").rglob("*.js"))
    assert scripts
    for script in scripts:
        code = script.read_text("utf-8")
        assert not [maker for maker in MARKUP_MAKERS if maker in code], script


async def test_metrics_count_replies_and_stay_on_this_machine(client: Client) -> None:
    await client.post("/api/chat", json={"text": "多少钱"})
    await client.get("/nothing-here")
    text = await (await client.get("/metrics")).text()
    assert 'boxiaoer_chat_replies_total{channel="api",source="product"} 1.0' in text
    assert 'route="/api/chat",status="200"' in text
    assert 'route="unmatched",status="404"' in text
    assert "nothing-here" not in text
    response = await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert (response.status, (await response.json())["error"]["code"]) == (403, "loopback_only")


async def test_the_shelf_shows_the_shops_products(client: Client) -> None:
    shelf = await (await client.get("/widget/products")).json()
    assert [product["sku"] for product in shelf["products"]] == ["A1"]
    assert shelf["shop_name"]


async def test_the_bare_address_leads_to_the_widget(client: Client) -> None:
    async with client.get("/", allow_redirects=False) as response:
        assert response.status == 302
        assert response.headers["Location"] == "/widget"
