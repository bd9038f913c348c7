"""The routes of a room through the real application: good input, bad input, wrong callers."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from shop import handoff, rooms
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import SECRETS, Client, bearer
from web.app import create_app
from web.door import Door
from web.keys import DATABASE, DOOR
from web.owner import COOKIE
from web.rooms.access import host_token
from web.rooms.registry import ROOMS

KEY = bearer(SECRETS.ingest_key)


def comment(number: int, text: str = "多少钱", **more: Any) -> dict[str, Any]:
    return {"id": f"c{number}", "viewer": f"u{number}", "text": text, **more}


async def post(client: Client, *comments: Any, room: str = "demo") -> tuple[int, Any]:
    body = {"comments": list(comments)}
    async with client.post(f"/api/rooms/{room}/comments", json=body, headers=KEY) as response:
        return response.status, await response.json()


async def decided(client: Client, query: str = "after=0") -> Any:
    for _ in range(300):
        async with client.get(f"/api/rooms/demo/outcomes?{query}", headers=KEY) as response:
            assert response.status == 200
            found = await response.json()
        if not found["counts"]["pending"]:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(found["counts"])


def owner(client: Client) -> dict[str, str]:
    door: Door = client.app[DOOR]
    return {"Cookie": f"{COOKIE}={door.enter(door.link_token())}"}


async def test_comments_are_journalled_answered_and_listed(client: Client, rasa: RoomRasa) -> None:
    async with client.post("/api/rooms/demo/on_air", json={"sku": "A1"}, headers=KEY) as response:
        assert (await response.json())["title"] == "加绒卫衣"
    status, body = await post(
        client, comment(1, name="小鹿"), comment(2, ts=1763900000), comment(3, "666666")
    )
    assert (status, body) == (202, {"accepted": 3, "duplicates": 0})
    assert await post(client, comment(1), comment(4, "怎么洗")) == (
        202,
        {"accepted": 1, "duplicates": 1},
    )
    found = await decided(client)
    assert [row["comment"]["id"] for row in found["outcomes"]] == ["c1", "c2", "c3", "c4"]
    kinds = [row["outcome"]["kind"] for row in found["outcomes"]]
    assert sorted(kinds) == ["answered", "answered", "dropped", "merged"]
    assert found["counts"]["accepted"] == 4
    first = found["outcomes"][0]
    assert first["answer_text"].startswith("99元")
    assert first["comment"]["viewer"] != "u1"
    assert first["outcome"]["seconds"] >= 0
    page = await decided(client, "after=0&limit=3")
    assert page["next"] == page["outcomes"][-1]["comment"]["pk"]
    rest = await decided(client, f"after={page['next']}&limit=3")
    assert [row["comment"]["id"] for row in rest["outcomes"]] == ["c4"]
    assert rest["next"] is None
    newest = await decided(client, "limit=2")
    assert [row["comment"]["id"] for row in newest["outcomes"]] == ["c3", "c4"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (7, "must be an object"),
        ({"viewer": "v", "text": "x"}, "id must be"),
        ({"id": "", "viewer": "v", "text": "x"}, "id must be"),
        ({"id": "a" * 201, "viewer": "v", "text": "x"}, "longer than 200"),
        ({"id": "a", "viewer": True, "text": "x"}, "viewer must be"),
        ({"id": "a", "viewer": "v", "text": None}, "text must be"),
        ({"id": "a", "viewer": "v", "text": "x" * 10_001}, "longer than 10000"),
        ({"id": "a", "viewer": "v", "text": "x", "ts": "2026-01-01"}, "ts must be"),
        ({"id": "a", "viewer": "v", "text": "x", "ts": 1e300}, "ts must be"),
        ({"id": "a", "viewer": "v", "text": "x", "name": 5}, "name must be"),
    ],
)
async def test_a_bad_comment_is_named_and_nothing_is_kept(
    client: Client, row: Any, reason: str
) -> None:
    status, body = await post(client, comment(1), row)
    assert (status, body["error"]["code"]) == (400, "bad_comments")
    (error,) = body["error"]["errors"]
    assert error["index"] == 1
    assert reason in error["reason"]
    assert (await decided(client))["counts"]["accepted"] == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"comments": 1}', b"{}"])
async def test_what_is_no_list_of_comments_is_refused(client: Client, body: bytes) -> None:
    async with client.post("/api/rooms/demo/comments", data=body, headers=KEY) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] in ("bad_json", "bad_field")


async def test_strange_texts_are_decided_not_refused(client: Client, rasa: RoomRasa) -> None:
    strange = [
        "",
        " ",
        "❤",
        "x" * 10_000,
        "\x00\x01",
        "/ask_price",
        "／greet",
        "<script>",
        "\ud83d",
    ]
    status, body = await post(client, *(comment(n, text) for n, text in enumerate(strange)))
    assert (status, body["accepted"]) == (202, len(strange))
    assert len((await decided(client))["outcomes"]) == len(strange)
    assert not [text for text in rasa.parsed if text.startswith(("/", "／"))]


async def test_five_thousand_at_once_and_not_one_more(client: Client) -> None:
    many = [comment(n, "666666" if n % 10 else "多少钱") for n in range(5000)]
    status, body = await post(client, *many)
    assert (status, body) == (202, {"accepted": 5000, "duplicates": 0})
    assert (await decided(client, "limit=0"))["counts"]["accepted"] == 5000
    status, body = await post(client, *many, comment(5000))
    assert (status, body["error"]["code"]) == (413, "too_large")
    async with client.post(
        "/api/rooms/demo/comments", data=b" " * (5 * 1024 * 1024), headers=KEY
    ) as response:
        assert response.status == 413


async def test_a_wrong_key_and_an_unknown_room_are_refused(client: Client) -> None:
    for headers in ({}, bearer("wrong"), bearer("schlüssel"), bearer("")):
        for method, path in (
            ("POST", "comments"), ("POST", "on_air"), ("GET", "outcomes"),
            ("POST", "handoffs/1"), ("POST", "host_token"),
        ):  # fmt: skip
            url = f"/api/rooms/demo/{path}"
            async with client.request(method, url, json={}, headers=headers) as response:
                assert response.status == 401, path
    status, body = await post(client, comment(1), room="nowhere")
    assert (status, body["error"]["code"]) == (404, "unknown_room")
    for path in ("/overlay/nowhere", "/prompter/nowhere", "/ws/rooms/nowhere/overlay"):
        async with client.get(path) as response:
            assert response.status == 404


async def test_on_air_is_set_by_owner_or_key(client: Client, rasa: RoomRasa) -> None:
    for headers, sku, status in (
        (KEY, "A1", 200), (owner(client), "A1", 200), (KEY, "nope", 404), (KEY, 7, 400),
        (KEY, None, 200),
    ):  # fmt: skip
        async with client.post(
            "/api/rooms/demo/on_air", json={"sku": sku}, headers=headers
        ) as response:
            assert response.status == status, sku
            if status == 404:
                assert (await response.json())["error"]["code"] == "unknown_sku"
    with client.app[DATABASE].read() as session:
        assert rooms.on_air(session, "demo") is None


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=x", "after=١", "limit=99999", "after=" + "9" * 30]
)
async def test_bad_pages_are_refused(client: Client, query: str) -> None:
    async with client.get(f"/api/rooms/demo/outcomes?{query}", headers=KEY) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "bad_field"


async def test_the_host_closes_an_item_by_cookie_or_token(client: Client) -> None:
    await post(client, comment(1, "转一圈看看"), comment(2, "我要投诉"))
    await decided(client)
    with client.app[DATABASE].read() as session:
        first, second = handoff.open_items(session, "demo")
    token = {"Authorization": f"Bearer {host_token(client.app, 'demo')}"}
    elsewhere = {"Authorization": f"Bearer {host_token(client.app, 'other')}"}
    for pk, how, headers, status in (
        (first.pk, "done", elsewhere, 401), (first.pk, "done", KEY, 401),
        (first.pk, "maybe", token, 400), (first.pk, "done", token, 200),
        (first.pk, "done", owner(client), 200), (second.pk, "skip", owner(client), 200),
        (999, "done", token, 404), (10**30, "done", token, 404),
    ):  # fmt: skip
        async with client.post(
            f"/api/rooms/demo/handoffs/{pk}", json={"how": how}, headers=headers
        ) as response:
            assert response.status == status, (pk, how)
    with client.app[DATABASE].read() as session:
        assert handoff.open_items(session, "demo") == []


async def test_the_overlay_shows_public_answers_only(client: Client, rasa: RoomRasa) -> None:
    async with client.ws_connect("/ws/rooms/demo/overlay") as socket:
        await post(
            client, comment(1, "快递单到哪了"), comment(2, "券在哪领"), comment(3, "几号发货")
        )
        got = [await socket.receive_json(timeout=5) for _ in range(2)]
        await decided(client)
    assert {message["type"] for message in got} == {"answer"}
    assert "SF123" not in json.dumps(got)
    assert "SECRET" not in json.dumps(got)
    # Whoever connects now is shown what was said just before.
    async with client.ws_connect("/ws/rooms/demo/overlay") as late:
        assert (await late.receive_json(timeout=5))["id"] == got[0]["id"]


async def test_the_host_sees_outcomes_counts_and_items(client: Client, rasa: RoomRasa) -> None:
    async with client.ws_connect("/ws/rooms/demo/host", headers=owner(client)) as socket:
        start = [await socket.receive_json(timeout=5) for _ in range(2)]
        assert [message["type"] for message in start] == ["counts", "prompt"]
        await post(client, comment(1, "转一圈看看"), comment(2, "扣1"), comment(3, "快递单到哪了"))
        await decided(client)
        got: dict[str, list[Any]] = defaultdict(list)
        while len(got["outcome"]) < 3 or not got["prompt"] or got["counts"][-1]["pending"]:
            message = await socket.receive_json(timeout=5)
            got[message["type"]].append(message)
    assert got["prompt"][-1]["items"][0]["text"] == "转一圈看看"
    assert got["counts"][-1]["handed_over"] == 1
    assert got["counts"][-1]["interest"] == 1
    by_text = {row["comment"]["text"]: row for row in got["outcome"]}
    assert by_text["扣1"]["outcome"]["label"] == "下单意向"
    assert "SF123" not in json.dumps(got)


async def test_the_host_socket_is_the_hosts(client: Client) -> None:
    path = "/ws/rooms/demo/host"
    foreign = {"Origin": "https://evil.example"}
    token = host_token(client.app, "demo")
    for url, headers, status in (
        (path, {}, 401), (path, KEY, 401), (f"{path}?token=x", {}, 401),
        (f"{path}?token={host_token(client.app, 'other')}", {}, 401),
        (path, owner(client) | foreign, 403), (f"{path}?token={token}", foreign, 403),
        ("/ws/rooms/demo/overlay", foreign, 403),
    ):  # fmt: skip
        with pytest.raises(WSServerHandshakeError) as refused:
            await client.ws_connect(url, headers=headers)
        assert refused.value.status == status, url
    own = {"Origin": str(client.make_url("/")).rstrip("/")}
    for url, headers in ((f"{path}?token={token}", own), (path, owner(client) | own)):
        async with client.ws_connect(url, headers=headers) as socket:
            assert (await socket.receive_json(timeout=5))["type"] == "counts"


async def test_the_owner_gets_a_link_for_the_phone(client: Client) -> None:
    async with client.post(
        "/api/rooms/demo/host_token", json={}, headers=owner(client)
    ) as response:
        body = await response.json()
    assert body["path"] == f"/prompter/demo#{body['token']}"
    async with client.ws_connect(f"/ws/rooms/demo/host?token={body['token']}"):
        pass


async def test_a_page_that_does_not_read_is_let_go(client: Client) -> None:
    engine = await client.app[ROOMS].engine("demo")
    async with client.ws_connect("/ws/rooms/demo/overlay") as socket:
        while not len(engine.overlay):
            await asyncio.sleep(0.01)
        for number in range(300):
            engine.overlay.send({"type": "askers", "id": number})
        assert (await socket.receive(timeout=5)).type == WSMsgType.CLOSE
    assert socket.close_code == 1013


async def test_a_restart_takes_up_what_was_open(
    client: Client, config: Any, aiohttp_client: Any, rasa: RoomRasa
) -> None:
    rasa.down = True
    await post(client, comment(1), comment(2, "怎么洗"))
    await client.close()
    rasa.down = False
    again = await aiohttp_client(create_app(config))
    found = await decided(again)
    assert [row["outcome"]["kind"] for row in found["outcomes"]] == ["answered", "answered"]


async def test_pages_hold_no_inline_script_and_forbid_it(client: Client) -> None:
    for path, frames in (("/overlay/demo", "'self'"), ("/prompter/demo", "'none'")):
        async with client.get(path) as response:
            page = await response.text()
            policy = response.headers["Content-Security-Policy"]
        assert response.status == 200
        assert "default-src 'self'" in policy
        assert f"frame-ancestors {frames}" in policy
        assert "unsafe-inline" not in policy
        assert "<style" not in page
        assert page.count("<script") == page.count('<script type="module" src="/static/') > 0
