"""Overlay and prompter in a real browser, fed by the real engine."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from shop import catalogue, rooms
from shop import settings as shop_settings
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import HOODIE, SECRETS, Client, bearer
from web.app import create_app
from web.config import AppConfig
from web.keys import DATABASE
from web.rooms.access import host_token
from web.rooms.registry import ROOMS

pytestmark = pytest.mark.needs_chromium


@pytest.fixture
async def client(tmp_path: Path, aiohttp_client: Any) -> AsyncIterator[Client]:
    rasa = TestServer(RoomRasa().application())
    await rasa.start_server()
    settings = shop_settings.load(
        {"BOXIAOER_VAR": str(tmp_path / "var"), "BOXIAOER_RASA_PORT": str(rasa.port)}
    )
    config = AppConfig(settings, SECRETS, rasa_command=None, serve_actions=False)
    made: Client = await aiohttp_client(create_app(config))
    with made.app[DATABASE].begin() as session:
        catalogue.upsert(session, HOODIE)
        rooms.create_room(session, "demo")
    yield made
    await rasa.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-quic"]
        )
        yield opened
        await opened.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A phone-size page that fails the test on any script error or policy violation."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    made = await context.new_page()
    trouble: list[str] = []
    made.on("pageerror", lambda error: trouble.append(str(error)))
    made.on("console", lambda note: trouble.append(note.text) if note.type == "error" else None)
    yield made
    await context.close()
    # What these tests do on purpose: cut lines, and looking without a right to.
    meant = ("WebSocket connection", "401 (Unauthorized)", "400 (Bad Request)")
    assert [text for text in trouble if not any(words in text for words in meant)] == []


async def say(client: Client, *texts: str, start: int = 0) -> None:
    rows = [
        {"id": f"c{n}", "viewer": f"u{n}", "name": f"<b>小{n}", "text": text}
        for n, text in enumerate(texts, start)
    ]
    async with client.post(
        "/api/rooms/demo/comments", json={"comments": rows}, headers=bearer(SECRETS.ingest_key)
    ) as response:
        assert response.status == 202


async def put_on_air(client: Client) -> None:
    async with client.post(
        "/api/rooms/demo/on_air", json={"sku": "A1"}, headers=bearer(SECRETS.ingest_key)
    ) as response:
        assert response.status == 200


async def test_the_overlay_shows_an_answer_and_comes_back_by_itself(
    client: Client, page: Page
) -> None:
    await put_on_air(client)
    await page.goto(str(client.make_url("/overlay/demo")))
    await expect(page.locator("html")).to_have_attribute("data-line", "online")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgba(0, 0, 0, 0)"
    )
    await say(client, "多少钱", "多少钱", "多少钱", "快递单到哪了")
    answer = page.locator(".answer", has_text="99元")
    await expect(answer.locator(".askers")).to_contain_text("等3人")
    await expect(answer.locator(".askers")).to_contain_text("@<b>小")
    await expect(answer.locator("h2")).to_have_text("加绒<i>卫衣")
    await expect(answer.locator(".price strong")).to_have_text("¥99")
    await expect(page.locator(".answer", has_text="订单信息只发给您本人")).to_be_visible()
    assert "SF123" not in await page.content()
    engine = await client.app[ROOMS].engine("demo")
    engine.overlay.close()
    await expect(page.locator("html")).to_have_attribute("data-line", "offline")
    await expect(page.locator("html")).to_have_attribute("data-line", "online", timeout=10_000)
    await say(client, "几号发货", start=10)
    await expect(page.locator(".answer", has_text="几号发货")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_prompter_shows_a_handoff_and_closes_it(client: Client, page: Page) -> None:
    token = host_token(client.app, "demo")
    await page.goto(str(client.make_url("/prompter/demo")) + f"#{token}")
    await expect(page.locator("#line")).to_contain_text("实时")
    await expect(page.locator("#calm")).to_be_visible()
    await put_on_air(client)
    await say(client, "转一圈看看", "转一圈看看", "我要投诉<img src=x>", "扣1", "已拍")
    item = page.locator(".item", has_text="转一圈看看")
    await expect(item.locator("strong")).to_have_text("想看展示 · 2人")
    await expect(item.locator("time")).to_contain_text("秒前")
    await expect(page.locator(".item .text", has_text="<img src=x>")).to_be_visible()
    await expect(page.locator("#interest")).to_have_text("2次想要")
    await expect(page.locator("#counts .handed_over dd")).to_have_text("3")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in await page.locator(".item button").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    await item.get_by_role("button", name="已回答").click()
    await expect(item).to_have_count(0)
    await page.locator(".item").get_by_role("button", name="跳过").click()
    await expect(page.locator("#calm")).to_be_visible()
    await page.reload()
    await expect(page.locator("#line")).to_contain_text("实时")
    await expect(page.locator("#calm")).to_be_visible()


async def test_a_stranger_is_told_to_sign_in(client: Client, page: Page) -> None:
    await page.goto(str(client.make_url("/prompter/demo")))
    await expect(page.locator("#refused")).to_be_visible()
    await expect(page.locator(".item")).to_have_count(0)
