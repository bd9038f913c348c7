"""What the owner's page asks of the API, on the real application."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.web.stand_in import SECRETS, Client, bearer
from web.app import create_app
from web.config import AppConfig
from web.keys import DOOR

BASE = "/api/rooms/demo"


async def sign_in(client: Client) -> None:
    token = client.app[DOOR].link_token()
    async with client.get("/console/enter", params={"token": token}) as response:
        assert response.status == 200


@pytest.fixture
async def owner(client: Client) -> Client:
    await sign_in(client)
    return client


async def call(
    client: Client, method: str, path: str, body: Any = None, status: int = 200
) -> dict[str, Any]:
    async with client.request(method, BASE + path, json=body) as response:
        answer: dict[str, Any] = await response.json()
        assert response.status == status, answer
        return answer


async def put_on_air(client: Client, sku: str | None) -> None:
    async with client.post(
        f"{BASE}/on_air", json={"sku": sku}, headers=bearer(SECRETS.ingest_key)
    ) as response:
        assert response.status == 200


def kind_of(state: dict[str, Any], name: str) -> dict[str, Any]:
    return next(kind for kind in state["kinds"] if kind["kind"] == name)


async def test_a_fresh_room_is_off_and_explains_itself(owner: Client) -> None:
    state = await call(owner, "GET", "/proactive")
    assert [kind["kind"] for kind in state["kinds"] if kind["on"]] == ["limits"]
    assert state["scripts"] == state["log"] == []
    assert state["show"] is None
    welcome = kind_of(state, "welcome")
    assert welcome["about"]
    assert "新朋友" in [variable["name"] for variable in welcome["variables"]]
    assert all(n["lowest"] <= n["value"] <= n["highest"] for n in welcome["numbers"])


async def test_nobody_but_the_owner(owner: Client) -> None:
    owner.session.cookie_jar.clear()
    for method, path in (
        ("GET", "/proactive"), ("PUT", "/proactive/welcome"), ("POST", "/proactive/preview"),
        ("POST", "/proactive/show"), ("POST", "/proactive/welcome/say"), ("POST", "/scripts"),
        ("PUT", "/scripts/1"), ("DELETE", "/scripts/1?version=1"), ("POST", "/scripts/1/say"),
    ):  # fmt: skip
        found = await call(owner, method, path, {} if method != "GET" else None, status=401)
        assert found["error"]["code"] == "not_signed_in"
    async with owner.get(f"{BASE}/proactive", headers=bearer(SECRETS.ingest_key)) as response:
        assert response.status == 401


async def test_two_tabs_the_second_is_told(owner: Client) -> None:
    body = {"version": 0, "on": True, "text": "欢迎{新朋友}", "numbers": {"at_least": 2}}
    saved = await call(owner, "PUT", "/proactive/welcome", body)
    assert (saved["on"], saved["version"]) == (True, 1)
    refused = await call(owner, "PUT", "/proactive/welcome", body | {"text": "另一句"}, 409)
    assert refused["error"]["code"] == "changed_meanwhile"
    assert refused["error"]["current"]["text"] == "欢迎{新朋友}"
    state = await call(owner, "GET", "/proactive")
    assert kind_of(state, "welcome") == saved


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/proactive/nothing", {"version": 0, "on": True}, 404, "unknown_kind"),
        ("/proactive/welcome", {"version": 0, "on": True, "text": "{销量}"}, 400, "bad_field"),
        ("/proactive/welcome", {"version": 0, "on": True, "text": ""}, 400, "bad_field"),
        ("/proactive/welcome", {"version": 0, "on": "yes", "text": "好"}, 400, "bad_field"),
        ("/proactive/welcome", {"version": "0", "on": True, "text": "好"}, 400, "bad_field"),
        ("/proactive/welcome", {"version": -1, "on": True, "text": "好"}, 400, "bad_field"),
        ("/proactive/limits", {"version": 0, "on": True, "numbers": [1]}, 400, "bad_field"),
        ("/proactive/limits", {"version": 0, "on": True, "numbers": {"per_minute": 10**9}}, 400,
         "bad_field"),
        ("/proactive/limits", {"version": 0, "on": True, "numbers": {"per_minute": 1.5}}, 400,
         "bad_field"),
        ("/proactive/limits", {"version": 0, "on": True, "numbers": {"per_minute": -1}}, 400,
         "bad_field"),
        ("/scripts/99", {"version": 1, "on": True, "text": "好", "at_minute": 1}, 404,
         "unknown_script"),
        ("/scripts/99999999999999999999999", {"version": 1, "on": True, "text": "好",
         "at_minute": 1}, 404, "unknown_script"),
    ],
)  # fmt: skip
async def test_bad_input_is_refused_in_the_one_shape(
    owner: Client, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    refused = await call(owner, "PUT", path, body, status)
    assert refused["error"]["code"] == code
    assert refused["error"]["message"]
    state = await call(owner, "GET", "/proactive")
    assert {kind["version"] for kind in state["kinds"]} == {0}


async def test_an_unknown_variable_is_named_with_those_there_are(owner: Client) -> None:
    body = {"version": 0, "on": True, "text": "{销量}"}
    refused = await call(owner, "PUT", "/proactive/low_stock", body, 400)
    assert refused["error"]["field"] == "text"
    assert "{销量}" in refused["error"]["message"]
    assert "{库存}" in refused["error"]["message"]


async def test_an_unknown_room_is_told(owner: Client) -> None:
    async with owner.get("/api/rooms/nowhere/proactive") as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "unknown_room"


async def test_scripts_are_written_changed_said_and_deleted(owner: Client) -> None:
    body = {"text": "{商品}只要{价格}", "on": True, "every_minutes": 10}
    made = await call(owner, "POST", "/scripts", body, 201)
    assert (made["first_minute"], made["last_minute"], made["most"]) == (0, None, 10)
    path = f"/scripts/{made['pk']}"
    refused = await call(owner, "POST", f"{path}/say", {}, 409)
    assert refused["error"]["code"] == "not_said"
    assert "商品" in refused["error"]["message"]
    await put_on_air(owner, "A1")
    preview = await call(
        owner, "POST", "/proactive/preview", {"kind": "scripts", "script": made["pk"]}
    )
    assert preview["previews"][0]["blocks"] == [{"type": "text", "text": "加绒卫衣只要99元"}]
    assert preview["previews"][0]["why"] == "这一项没有打开"
    async with owner.ws_connect("/ws/rooms/demo/overlay") as overlay:
        said = await call(owner, "POST", f"{path}/say", {})
        shown = await overlay.receive_json(timeout=5)
    assert said["said"]["text"] == "加绒卫衣只要99元"
    assert (shown["type"], shown["kind"]) == ("say", "scripts")
    changed = await call(owner, "PUT", path, body | {"version": 1, "on": False})
    assert (changed["version"], changed["on"]) == (2, False)
    refused = await call(owner, "PUT", path, body | {"version": 1}, 409)
    assert refused["error"]["current"]["version"] == 2
    assert (await call(owner, "DELETE", f"{path}?version=1", status=409))["error"]["current"]
    assert await call(owner, "DELETE", f"{path}?version=2") == {"deleted": made["pk"]}
    await call(owner, "POST", f"{path}/say", {}, 404)
    state = await call(owner, "GET", "/proactive")
    assert [message["text"] for message in state["log"]] == ["加绒卫衣只要99元"]


async def test_previews_of_all_kinds_and_of_a_text_being_written(owner: Client) -> None:
    assert await call(owner, "POST", "/proactive/preview", {}) == {"previews": []}
    await put_on_air(owner, "A1")
    body = {"version": 0, "on": True, "text": "只剩{库存}件"}
    await call(owner, "PUT", "/proactive/low_stock", body)
    await asyncio.sleep(1.2)
    found = await call(owner, "POST", "/proactive/preview", {})
    assert [preview["kind"] for preview in found["previews"]] == ["low_stock"]
    assert found["previews"][0]["why"].startswith("离上一条太近")
    body = {"kind": "low_stock", "text": "仅剩{库存}件"}
    found = await call(owner, "POST", "/proactive/preview", body)
    assert found["previews"][0]["blocks"] == [{"type": "text", "text": "仅剩5件"}]
    body = {"kind": "low_stock", "text": "国家级{商品}"}
    found = await call(owner, "POST", "/proactive/preview", body)
    assert found["previews"][0] == {
        "kind": "low_stock", "script": None, "blocks": [], "why": "广告法：国家级"
    }  # fmt: skip
    for bad in ({"kind": "low_stock", "text": "{销量}"}, {"kind": "scripts"}):
        await call(owner, "POST", "/proactive/preview", bad, 400)
    for unknown in ({"kind": "limits"}, {"kind": "scripts", "script": "1"}):
        await call(owner, "POST", "/proactive/preview", unknown, 404)


async def test_switched_on_the_card_follows_what_is_on_air_and_a_restart_is_quiet(
    owner: Client, config: AppConfig, aiohttp_client: Any
) -> None:
    body = {"version": 0, "on": True, "text": "现在讲：", "numbers": {"steady_seconds": 2}}
    await call(owner, "PUT", "/proactive/switch", body)
    async with owner.ws_connect("/ws/rooms/demo/overlay") as overlay:
        await put_on_air(owner, "A1")
        shown = await overlay.receive_json(timeout=8)
    assert [block["type"] for block in shown["blocks"]] == ["text", "product_card"]
    assert shown["blocks"][1]["title"] == "加绒卫衣"
    await owner.close()
    again: Client = await aiohttp_client(create_app(config))
    async with again.ws_connect("/ws/rooms/demo/overlay") as overlay:
        with pytest.raises(TimeoutError):
            await overlay.receive_json(timeout=4)
    await sign_in(again)
    state = await call(again, "GET", "/proactive")
    assert len(state["log"]) == 1
    assert state["show"]["minute"] == 0


async def test_the_show_begins_when_the_owner_says_so(owner: Client) -> None:
    begun = await call(owner, "POST", "/proactive/show", {})
    assert begun["show"]["minute"] == 0
    state = await call(owner, "GET", "/proactive")
    assert state["show"]["started_at"] == begun["show"]["started_at"]


async def test_nobody_is_welcomed_who_was_dropped_as_abusive(owner: Client) -> None:
    body = {"version": 0, "on": True, "text": "欢迎{新朋友}", "numbers": {"at_least": 1}}
    await call(owner, "PUT", "/proactive/welcome", body)
    await asyncio.sleep(1.2)
    rows = [
        {"id": "1", "viewer": "u1", "name": "坏人", "text": "傻逼"},
        {"id": "2", "viewer": "u2", "name": "<b>小美", "text": "你好呀主播"},
    ]
    async with owner.ws_connect("/ws/rooms/demo/overlay") as overlay:
        async with owner.post(
            f"{BASE}/comments", json={"comments": rows}, headers=bearer(SECRETS.ingest_key)
        ) as response:
            assert response.status == 202
        shown = await overlay.receive_json(timeout=5)
    assert shown["blocks"] == [{"type": "text", "text": "欢迎@<b>小美 "}]
