"""The owner, signed in, on the real application."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.stand_in import Client
from web.keys import DOOR


@pytest.fixture
async def owner(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    token = client.app[DOOR].link_token()
    assert (await client.get("/console/enter", params={"token": token})).status == 200
    return client


async def call(client: Client, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and JSON of a console call."""
    response = await client.request(method, f"/console/api/{path}", json=body)
    return response.status, await response.json()
