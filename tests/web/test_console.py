"""The console's door: one-time links, the owner's cookie, leaving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.stand_in import Client
from web.door import Door, LinkRefused, NotSignedIn
from web.keys import DOOR


async def enter(client: Client) -> Any:
    token = client.app[DOOR].link_token()
    return await client.get("/console/enter", params={"token": token})


async def test_the_printed_link_lets_the_owner_in_once(client: Client) -> None:
    assert (await client.get("/console/")).status == 401
    token = client.app[DOOR].link_token()
    response = await client.get("/console/enter", params={"token": token})
    assert response.status == 200
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    home = await client.get("/console/")
    assert home.status == 200
    assert "播小二控制台" in await home.text()
    assert home.headers["Cache-Control"] == "no-store"
    assert await (await client.get("/console/rooms")).json() == {"rooms": ["demo"]}
    again = await client.get("/console/enter", params={"token": token})
    assert again.status == 401
    assert "Set-Cookie" not in again.headers


async def test_a_link_preview_does_not_use_up_the_link(client: Client) -> None:
    token = client.app[DOOR].link_token()
    assert (await client.head("/console/enter", params={"token": token})).status == 405
    assert (await client.get("/console/enter", params={"token": token})).status == 200


@pytest.mark.parametrize("token", ["", "x", "a.b", "令牌.令牌", "x" * 5000])
async def test_a_made_up_link_opens_nothing(client: Client, token: str) -> None:
    response = await client.get("/console/enter", params={"token": token})
    assert response.status == 401
    assert "Set-Cookie" not in response.headers
    assert "一次性登录链接" in await response.text()


async def test_leaving_signs_out_every_browser(client: Client) -> None:
    await enter(client)
    kept = {c.key: c.value for c in client.session.cookie_jar}
    response = await client.post("/console/logout")
    assert await response.json() == {"signed_out": True}
    for cookies in ({}, kept):
        refused = await client.get("/console/rooms", cookies=cookies)
        assert (refused.status, (await refused.json())["error"]["code"]) == (401, "not_signed_in")


async def test_a_viewers_session_is_no_owners_cookie(client: Client) -> None:
    answer = await client.post("/api/chat", json={"text": "在吗"})
    session = (await answer.json())["session"]
    refused = await client.get("/console/rooms", cookies={"boxiaoer_owner": session})
    assert refused.status == 401


async def test_a_stranger_cannot_sign_the_owner_out(client: Client) -> None:
    assert (await client.post("/console/logout")).status == 401


def test_used_links_and_leaving_outlive_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "web" / "console.json"
    door = Door("key", state)
    token = door.link_token()
    cookie = door.enter(token)
    Door("key", state).check(cookie)
    with pytest.raises(LinkRefused):
        Door("key", state).enter(token)
    Door("key", state).leave()
    with pytest.raises(NotSignedIn):
        door.check(cookie)
    assert state.stat().st_mode & 0o777 == 0o600


def test_another_installations_cookie_is_refused(tmp_path: Path) -> None:
    ours, theirs = Door("ours", tmp_path / "a.json"), Door("theirs", tmp_path / "b.json")
    with pytest.raises(NotSignedIn):
        ours.check(theirs.enter(theirs.link_token()))
    with pytest.raises(LinkRefused):
        ours.enter(theirs.link_token())
