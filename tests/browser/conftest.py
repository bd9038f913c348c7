"""A real Chromium for each test, the owner's phone in it, and a room behind it."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, async_playwright, expect

from shop import rooms
from shop import settings as shop_settings
from tests.browser.phone import PHONE
from tests.web.rooms.conftest import triage_model  # noqa: F401 - fixture
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import SECRETS, Client
from web.app import create_app
from web.config import AppConfig
from web.keys import DATABASE, DOOR
from web.rooms import routes
from web.rooms.triage import TriageModel

# Generous: a browser, a database and a server share two cores in CI.
expect.set_options(timeout=20_000)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-quic"]
        )
        yield opened
        await opened.close()


@pytest.fixture
async def room_client(
    tmp_path: Path,
    aiohttp_client: Any,
    triage_model: TriageModel,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Client]:
    """The application with an empty shop, the room "demo", and a server in Rasa's place."""
    # Trained once for all: each test has a folder of its own, and would train anew.
    monkeypatch.setattr(routes, "trained_model", lambda var, root: triage_model)
    rasa = TestServer(RoomRasa().application())
    await rasa.start_server()
    settings = shop_settings.load(
        {"BOXIAOER_VAR": str(tmp_path / "var"), "BOXIAOER_RASA_PORT": str(rasa.port)}
    )
    config = AppConfig(settings, SECRETS, rasa_command=None, serve_actions=False)
    made: Client = await aiohttp_client(create_app(config))
    with made.app[DATABASE].begin() as session:
        rooms.create_room(session, "demo")
    yield made
    await rasa.close()


@pytest.fixture
async def phone(browser: Browser, client: Client) -> AsyncIterator[BrowserContext]:
    """The owner's phone, signed in; any script error or policy violation fails the test."""
    context = await browser.new_context(viewport=PHONE)
    trouble: list[str] = []
    context.on("weberror", lambda error: trouble.append(str(error.error)))
    page = await context.new_page()
    token = client.app[DOOR].link_token()
    await page.goto(f"{client.make_url('/console/enter')}?token={token}")
    await expect(page).to_have_url(re.compile(r"/console/(\?room=.*)?$"))
    yield context
    await context.close()
    assert trouble == []
