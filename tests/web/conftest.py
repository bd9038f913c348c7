"""The real application on a fresh database; Rasa's place is taken by a server that speaks its
gateway's contract, so that its failures can be had at will. The real Rasa is in tests/e2e."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from shop import catalogue, rooms
from shop import settings as shop_settings
from tests.web.stand_in import HOODIE, SECRETS, Client, RasaStandIn
from web.app import create_app
from web.config import AppConfig
from web.keys import DATABASE


@pytest.fixture
async def rasa() -> AsyncIterator[RasaStandIn]:
    stand_in = RasaStandIn()
    server = TestServer(stand_in.application())
    await server.start_server()
    stand_in.port = server.port or 0
    yield stand_in
    await server.close()


@pytest.fixture
def config(tmp_path: Path, rasa: RasaStandIn) -> AppConfig:
    settings = shop_settings.load(
        {
            "BOXIAOER_VAR": str(tmp_path / "var"),
            "BOXIAOER_RASA_PORT": str(rasa.port),
            "BOXIAOER_ACTION_PORT": "0",
        }
    )
    return AppConfig(settings, SECRETS, rasa_command=None, serve_actions=False)


@pytest.fixture
async def client(config: AppConfig, aiohttp_client: Any) -> Client:
    made: Client = await aiohttp_client(create_app(config))
    with made.app[DATABASE].begin() as session:
        catalogue.upsert(session, HOODIE)
        rooms.create_room(session, "demo")
    return made
