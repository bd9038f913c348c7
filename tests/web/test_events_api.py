"""POST /api/events: at-least-once delivery, kept once; bad requests kept not at all."""

from __future__ import annotations

from typing import Any

import pytest

from shop import events
from shop.viewers import pseudonym
from tests.web.stand_in import SECRETS, Client, bearer
from web.keys import DATABASE

GOOD = {"event_id": "e1", "ts": "2026-01-31T20:00:00+08:00", "viewer": "u1", "event": "view"}


async def post(client: Client, rows: Any, key: str = SECRETS.ingest_key) -> tuple[int, Any]:
    response = await client.post("/api/events", json={"events": rows}, headers=bearer(key))
    return response.status, await response.json()


def kept(client: Client) -> int:
    with client.app[DATABASE].read() as session:
        return len(events.frame(session))


async def test_events_are_kept_once_under_the_viewers_pseudonym(client: Client) -> None:
    second = {**GOOD, "event_id": "e2", "event": "dwell", "value": 12.5, "sku": "A1", "room": "r"}
    assert await post(client, [GOOD, second]) == (202, {"accepted": 2, "duplicates": 0})
    assert await post(client, [GOOD, second]) == (202, {"accepted": 0, "duplicates": 2})
    third = {**GOOD, "event_id": "e3"}
    assert await post(client, [third, third]) == (202, {"accepted": 1, "duplicates": 1})
    viewer = pseudonym(SECRETS.viewer_key, "live", "u1")
    with client.app[DATABASE].read() as session:
        stored = events.of_viewer(session, viewer)
    assert {event.event_id for event in stored} == {"e1", "e2", "e3"}
    assert all(event.ts.isoformat() == "2026-01-31T12:00:00+00:00" for event in stored)
    assert {event.value for event in stored} == {None, 12.5}


async def test_epoch_seconds_and_an_empty_list_are_fine(client: Client) -> None:
    assert (await post(client, [{**GOOD, "ts": 1769860800}]))[0] == 202
    assert await post(client, []) == (202, {"accepted": 0, "duplicates": 0})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"event": "fly"}, "event must be one of"),
        ({"event": ["view"]}, "event must be one of"),
        ({"event_id": ""}, "event_id"),
        ({"event_id": 7}, "event_id"),
        ({"event_id": "x" * 201}, "event_id"),
        ({"viewer": None}, "viewer"),
        ({"ts": "yesterday"}, "ts must be"),
        ({"ts": "2026-01-31T20:00:00"}, "ts must be"),
        ({"ts": 1e300}, "ts must be"),
        ({"ts": True}, "ts must be"),
        ({"ts": None}, "ts must be"),
        ({"value": "12"}, "value must be"),
        ({"value": 10**400}, "value is too large"),
        ({"sku": {}}, "sku"),
    ],
)
async def test_one_bad_row_refuses_the_request_and_is_named(
    client: Client, change: dict[str, Any], reason: str
) -> None:
    status, body = await post(client, [GOOD, {**GOOD, "event_id": "e2", **change}])
    assert (status, body["error"]["code"]) == (400, "bad_events")
    (bad,) = body["error"]["errors"]
    assert bad["index"] == 1
    assert reason in bad["reason"]
    assert kept(client) == 0


@pytest.mark.parametrize("rows", [None, {}, "x", 5])
async def test_events_must_be_a_list(client: Client, rows: Any) -> None:
    status, body = await post(client, rows)
    assert (status, body["error"]["code"]) == (400, "bad_field")


async def test_rows_must_be_objects_and_not_too_many(client: Client) -> None:
    status, body = await post(client, ["x"])
    assert (status, body["error"]["errors"]) == (400, [{"index": 0, "reason": "must be an object"}])
    assert (await post(client, [0] * 5001))[0] == 413


@pytest.mark.parametrize(
    "header",
    [
        {},
        bearer("wrong"),
        bearer(""),
        {"Authorization": SECRETS.ingest_key},
        {"Authorization": f"Basic {SECRETS.ingest_key}"},
        bearer(SECRETS.shared_secret),
        bearer("钥匙"),
    ],
)
async def test_without_the_key_nothing_is_read(client: Client, header: dict[str, str]) -> None:
    response = await client.post("/api/events", data=b"not even json", headers=header)
    body = await response.json()
    assert (response.status, body["error"]["code"]) == (401, "wrong_key")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert SECRETS.ingest_key not in str(body)
