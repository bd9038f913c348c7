"""Done, skip, taken back, taught: by the host, for their own room, whatever is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shop import handoff, inbox, rooms
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.rooms.test_room_api import comment, decided, owner, post
from tests.web.stand_in import Client
from web.keys import DATABASE
from web.rooms import handoffs
from web.rooms.access import host_token

ROOM = "/api/rooms/demo/"


def token(client: Client, room: str = "demo") -> dict[str, str]:
    return {"Authorization": f"Bearer {host_token(client.app, room)}"}


async def call(
    client: Client,
    what: str,
    body: Any,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:
    sent = token(client) if headers is None else headers
    async with client.post(ROOM + what, json=body, headers=sent) as response:
        return response.status, await response.json()


def waiting(client: Client) -> list[int]:
    with client.app[DATABASE].read() as session:
        return [item.pk for item in handoff.open_items(session)]


async def two_items(client: Client) -> list[int]:
    await post(client, comment(1, "转一圈看看"), comment(2, "我要投诉"))
    await decided(client)
    return waiting(client)


async def test_a_row_is_closed_whole_and_taken_back(client: Client, rasa: RoomRasa) -> None:
    pks = await two_items(client)
    status, body = await call(client, "handoffs", {"pks": [*pks, 999], "how": "done"})
    assert (status, body) == (200, {"how": "done", "changed": pks})
    assert waiting(client) == []
    status, body = await call(client, "handoffs", {"pks": pks[:1], "how": "open"})
    assert (status, body["changed"]) == (200, pks[:1])
    assert waiting(client) == pks[:1]
    # What is open already is not opened again.
    status, body = await call(client, "handoffs", {"pks": pks[:1], "how": "open"})
    assert (status, body["error"]["code"]) == (409, "too_late")


async def test_what_was_done_long_ago_stays_done(
    client: Client,
    rasa: RoomRasa,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pks = await two_items(client)
    await call(client, "handoffs", {"pks": pks, "how": "skip"}, owner(client))
    monkeypatch.setattr(handoffs, "UNDO_SECONDS", -1.0)
    status, body = await call(client, "handoffs", {"pks": pks, "how": "open"})
    assert (status, body["error"]["code"]) == (409, "too_late")
    assert waiting(client) == []


async def test_a_link_touches_nothing_of_another_room(client: Client, rasa: RoomRasa) -> None:
    pks = await two_items(client)
    with client.app[DATABASE].begin() as session:
        rooms.create_room(session, "other")
        theirs = handoff.open_item(session, "other", "v", "i", "别家的问题", None, "x")
    status, body = await call(client, "handoffs", {"pks": [theirs], "how": "done"})
    assert (status, body["changed"]) == (200, [])
    for what, body in ((f"handoffs/{theirs}", {"how": "done"}), (f"handoffs/{theirs}/teach", {})):
        status, body = await call(client, what, body)
        assert (status, body["error"]["code"]) == (404, "unknown_item")
        assert "别家" not in str(body)
    for headers in ({}, token(client, "other"), {"Authorization": "Bearer x"}):
        assert (await call(client, "handoffs", {"pks": pks, "how": "done"}, headers))[0] == 401
        assert (await call(client, f"handoffs/{pks[0]}/teach", {}, headers))[0] == 401
    assert waiting(client) == [*pks, theirs]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"pks": [], "how": "done"}, {"pks": [1], "how": "maybe"}, {"pks": [1]},
        {"pks": "1", "how": "done"}, {"pks": [True], "how": "done"}, {"pks": [-1], "how": "done"},
        {"pks": [2**63], "how": "done"}, {"pks": [1.5], "how": "done"},
        {"pks": [1] * 2001, "how": "done"}, {"pks": [[1]], "how": "open"},
    ],
)  # fmt: skip
async def test_bad_rows_are_refused(client: Client, body: Any) -> None:
    status, said = await call(client, "handoffs", body)
    assert (status, said["error"]["code"]) == (400, "bad_field")


async def test_a_question_is_filed_once_and_only_filed(client: Client, rasa: RoomRasa) -> None:
    await post(client, comment(1, "转一圈看看"))
    await decided(client)
    (pk,) = waiting(client)
    # The engine files what it hands over; so it waits already.
    assert await call(client, f"handoffs/{pk}/teach", {}) == (
        200, {"filed": False, "text": "转一圈看看"},
    )  # fmt: skip
    with client.app[DATABASE].begin() as session:
        inbox.close(session, [q.pk for q in inbox.open_questions(session)], inbox.IGNORED)
    assert (await call(client, f"handoffs/{pk}/teach", {}))[1]["filed"] is True
    assert (await call(client, f"handoffs/{pk}/teach", {}))[1]["filed"] is False
    with client.app[DATABASE].read() as session:
        (question,) = inbox.open_questions(session)
    assert (question.text, question.room, question.reason) == ("转一圈看看", "demo", "handed_over")
    for path in ("/console/api/inbox", "/console/api/faq", "/console/inbox"):
        async with client.get(path, headers=token(client)) as response:
            assert response.status == 401
    assert (await call(client, "handoffs/999999/teach", {}))[0] == 404


def test_the_time_to_take_back_is_longer_than_the_page_offers_it() -> None:
    assert timedelta(seconds=handoffs.UNDO_SECONDS) > timedelta(seconds=7)
