"""The overlay over a picture: type, places, long answers, a queue, and a server that restarts."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from shop import catalogue, rooms
from shop import settings as shop_settings
from tests.browser.test_room_pages import client, page  # noqa: F401 - fixtures
from tests.web.rooms.conftest import _one_training  # noqa: F401 - fixture
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import HOODIE, SECRETS, Client
from web.app import create_app
from web.config import AppConfig
from web.keys import DATABASE
from web.rooms.registry import ROOMS

pytestmark = pytest.mark.needs_chromium

LONG = (
    "这款是灰鸭绒，充绒量一百八十克，南方过冬完全没有问题。" * 4 + "洗的时候不要拧，平铺晾干就好。"
)


def answer(number: int, *blocks: dict[str, Any], count: int = 1) -> dict[str, Any]:
    shown = blocks or ({"type": "text", "text": f"第{number}条"},)
    return {"type": "answer", "id": number, "askers": "@小鹿", "count": count, "blocks": shown}


def product(number: int) -> dict[str, Any]:
    return {
        "type": "product_card", "sku": f"A{number}", "title": f"商品{number}",
        "price_fen": 9900, "link_no": number, "reason": "和您问的内容相近",
    }  # fmt: skip


async def send(client: Client, *messages: dict[str, Any]) -> None:  # noqa: F811
    engine = await client.app[ROOMS].engine("demo")
    for message in messages:
        engine.overlay.send(message)


async def overlay(client: Client, page: Page, query: str = "") -> None:  # noqa: F811
    await page.goto(str(client.make_url("/overlay/demo")) + query)
    await expect(page.locator("html")).to_have_attribute("data-line", "online")


async def test_a_full_picture_is_readable_on_a_phone(client: Client, browser: Browser) -> None:  # noqa: F811
    for width, height in ((1080, 1920), (1920, 1080)):
        context = await browser.new_context(viewport={"width": width, "height": height})
        scene = await context.new_page()
        await overlay(client, scene)
        await send(client, answer(1, {"type": "text", "text": LONG}, product(3)))
        await expect(scene.locator(".answer")).to_be_visible()
        # As wide as a phone is held: letters that were 14 pixels high or more there.
        shrunk = 390 / 1080 if width == 1080 else 844 / 1920
        size = await scene.evaluate(
            "parseFloat(getComputedStyle(document.querySelector('.said')).fontSize)"
        )
        assert size * shrunk >= 14
        box = await scene.locator(".answer").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        await context.close()


async def test_a_long_answer_ends_with_a_sentence(client: Client, page: Page) -> None:  # noqa: F811
    await overlay(client, page)
    await send(client, answer(1, {"type": "text", "text": LONG}, *map(product, range(1, 6))))
    said = page.locator(".said")
    await expect(said).to_contain_text("没有问题……")
    assert len(await said.inner_text()) < len(LONG)
    await expect(page.locator(".product")).to_have_count(2)
    await expect(page.locator(".rest")).to_have_text("还有3款，看购物袋")


async def test_answers_wait_for_each_other_and_none_is_cut_off(client: Client, page: Page) -> None:  # noqa: F811
    await overlay(client, page, "?hold=0.5")
    tall = {"type": "text", "text": LONG}
    await send(client, *(answer(n, tall, product(n), count=n) for n in range(1, 7)))
    seen: set[str] = set()
    for _ in range(150):
        boxes = [await card.bounding_box() for card in await page.locator(".answer").all()]
        assert all(box is None or box["y"] >= 0 for box in boxes)
        seen |= set(await page.locator(".product h2").all_inner_texts())
        if len(seen) == 6:
            break
        await page.wait_for_timeout(200)
    assert seen == {f"商品{n}" for n in range(1, 7)}
    # Told again, as after a reconnection, none comes back.
    await expect(page.locator(".answer")).to_have_count(0, timeout=30_000)
    await send(client, answer(6))
    await page.wait_for_timeout(500)
    await expect(page.locator(".answer")).to_have_count(0)


async def test_nothing_private_and_nothing_unknown_is_shown(client: Client, page: Page) -> None:  # noqa: F811
    await overlay(client, page)
    await send(
        client,
        {"type": "hologram", "id": 9, "blocks": [{"type": "text", "text": "没见过"}]},
        {"type": "constructor"},
        {"type": "beat"},
        answer(
            1,
            {"type": "text", "text": "公开<img src=x onerror=alert(1)>"},
            {"type": "text", "text": "SF123", "private": True},
            {"type": "coupon_card", "code": "SECRET"},
            {"type": "toString"},
        )
        | {"askers": "@<script>alert(1)</script>"},
    )
    await expect(page.locator(".said")).to_have_text("公开<img src=x onerror=alert(1)>")
    await expect(page.locator(".askers")).to_have_text("@<script>alert(1)</script>")
    content = await page.content()
    assert "SF123" not in content
    assert "SECRET" not in content
    assert "没见过" not in content
    assert await page.locator(".answer img, .answer script").count() == 0


async def test_the_address_says_where_and_how_large(client: Client, page: Page) -> None:  # noqa: F811
    await overlay(client, page, "?x=right&y=top&scale=99&most=1&hold=nonsense")
    await send(client, answer(1))
    card = page.locator(".answer")
    await expect(card).to_be_visible()
    box = await card.bounding_box()
    assert box is not None
    assert box["y"] < 100
    assert await page.evaluate("getComputedStyle(document.body).justifyContent") == "flex-end"
    assert await page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--scale')"
    ) in ("3", " 3")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_page_comes_back_when_the_server_was_restarted(page: Page, tmp_path: Any) -> None:  # noqa: F811
    rasa = TestServer(RoomRasa().application())
    await rasa.start_server()
    settings = shop_settings.load(
        {"BOXIAOER_VAR": str(tmp_path / "var"), "BOXIAOER_RASA_PORT": str(rasa.port)}
    )
    config = AppConfig(settings, SECRETS, rasa_command=None, serve_actions=False)

    async def started(port: int) -> tuple[web.AppRunner, web.Application]:
        app = create_app(config)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return runner, app

    runner, app = await started(0)
    port = runner.addresses[0][1]
    with app[DATABASE].begin() as session:
        catalogue.upsert(session, HOODIE)
        rooms.create_room(session, "demo")
    await page.goto(f"http://127.0.0.1:{port}/overlay/demo")
    await expect(page.locator("html")).to_have_attribute("data-line", "online")
    await runner.cleanup()
    await expect(page.locator("html")).to_have_attribute("data-line", "offline")
    # A lost line is no part of the picture.
    assert (await page.locator("body").inner_text()).strip() == ""
    await page.wait_for_timeout(1500)
    runner, app = await started(port)
    try:
        await expect(page.locator("html")).to_have_attribute("data-line", "online", timeout=40_000)
        engine = await app[ROOMS].engine("demo")
        engine.overlay.send(answer(1))
        await expect(page.locator(".answer")).to_contain_text("第1条")
    finally:
        await runner.cleanup()
        await rasa.close()
