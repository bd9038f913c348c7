"""Overlay and prompter in a real browser, fed by the real engine."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from shop import catalogue, handoff, inbox
from shop.catalogue import Variant
from tests.web.stand_in import HOODIE, SECRETS, Client, bearer
from web.keys import DATABASE, DOOR
from web.rooms.access import host_token
from web.rooms.registry import ROOMS

pytestmark = pytest.mark.needs_chromium


@pytest.fixture
async def client(room_client: Client) -> Client:
    with room_client.app[DATABASE].begin() as session:
        catalogue.upsert(session, HOODIE)
    return room_client


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


async def opened(client: Client, page: Page) -> None:
    """The prompter by the link for a phone."""
    token = host_token(client.app, "demo")
    await page.goto(str(client.make_url("/prompter/demo")) + f"#{token}")
    await expect(page.locator("#line")).to_contain_text("实时")


async def test_the_prompter_shows_a_handoff_and_closes_it(client: Client, page: Page) -> None:
    await opened(client, page)
    await expect(page.locator("#calm")).to_be_visible()
    await put_on_air(client)
    await say(client, "转一圈看看", "转一圈看看", "我要投诉<img src=x>", "扣1", "已拍")
    item = page.locator(".item", has_text="转一圈看看")
    await expect(item.locator("strong")).to_have_text("想看展示")
    await expect(item.locator(".why")).to_contain_text("2人问")
    await expect(item.locator(".why")).to_contain_text("正在讲解")
    await expect(item.locator("time")).to_contain_text("等了")
    await expect(page.locator(".item.complaint .why")).to_contain_text("投诉")
    await expect(page.locator(".item .text", has_text="<img src=x>")).to_be_visible()
    await expect(page.locator("#interest")).to_have_text("2次想要")
    await expect(page.locator("#counts .handed_over dd")).to_have_text("3")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in await page.locator(".item .buttons > *").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 48
    await tap(page, item, "完成")
    await expect(item).to_contain_text("已完成")
    await tap(page, page.locator(".item.complaint"), "跳过")
    await expect(page.locator("#calm")).to_be_visible(timeout=20_000)
    await page.reload()
    await expect(page.locator("#line")).to_contain_text("实时")
    await expect(page.locator("#calm")).to_be_visible()


async def tap(page: Page, row: Locator, name: str) -> None:
    """Once the rows have settled: a tap just after they moved counts for nothing."""
    await page.wait_for_timeout(600)
    await row.get_by_role("button", name=name).click()


async def test_a_mistaken_tap_is_taken_back_in_its_place(client: Client, page: Page) -> None:
    await opened(client, page)
    await say(client, "转一圈看看", "我要投诉")
    row = page.locator(".item.host_show")
    await expect(page.locator(".item")).to_have_count(2)
    before = await row.bounding_box()
    await tap(page, row, "完成")
    await expect(row).to_contain_text("已完成")
    with client.app[DATABASE].read() as session:
        assert len(handoff.open_items(session, "demo")) == 1
    assert await row.bounding_box() == before
    await row.get_by_role("button", name="撤销").click()
    await expect(row.get_by_role("button", name="完成")).to_be_visible()
    await expect(row).not_to_contain_text("撤销")
    with client.app[DATABASE].read() as session:
        assert len(handoff.open_items(session, "demo")) == 2
    await page.wait_for_timeout(1500)
    await expect(row).to_be_visible()


async def test_rows_hold_still_while_they_are_touched(client: Client, page: Page) -> None:
    await opened(client, page)
    await say(client, "转一圈看看")
    row = page.locator(".item.host_show")
    await expect(row).to_be_visible()
    await page.mouse.move(100, 400)
    place = await row.bounding_box()
    # A complaint outranks it, yet comes only when the finger has been away.
    await say(client, "我要投诉", "转一圈看看", start=10)
    await expect(row.locator(".why")).to_contain_text("2人问")
    for _ in range(4):
        await page.mouse.move(100, 400 + _)
        assert await row.bounding_box() == place
        await page.wait_for_timeout(500)
    await expect(page.locator(".item")).to_have_count(2, timeout=15_000)
    await expect(page.locator(".item").first).to_have_class("item complaint")


async def test_the_host_sees_what_runs_out_and_who_wants_to_buy(client: Client, page: Page) -> None:
    variants = (Variant("黑 S", "黑", "S", 9900, 3), Variant("黑 M", "黑", "M", 9900, 50))
    with client.app[DATABASE].begin() as session:
        catalogue.upsert(session, replace(HOODIE, variants=variants))
    await opened(client, page)
    await put_on_air(client)
    await expect(page.locator("#shelf span")).to_have_text("黑S码 剩3件")
    await expect(page.locator("#on-air")).to_contain_text(HOODIE.title)
    height = await page.evaluate("document.querySelector('main').offsetTop")
    await say(client, "扣1", "这个有多少钱", "想要想要")
    await expect(page.locator("#buyers span")).to_contain_text("@<b>小0 说想要", timeout=15_000)
    assert await page.evaluate("document.querySelector('main').offsetTop") == height
    await page.locator("#shelf").click()
    await expect(page.locator("#sheet li")).to_contain_text("黑S码 剩3件")
    await page.get_by_role("button", name="关闭").click()
    await page.locator("#buyers").click()
    await expect(page.locator("#sheet li").first).to_contain_text("说想要")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_phone_files_the_question_and_the_owner_writes_the_answer(
    client: Client, page: Page
) -> None:
    await opened(client, page)
    await say(client, "会不会起球呢？")
    row = page.locator(".item", has_text="会不会起球")
    await expect(row).to_be_visible()
    assert await row.locator("a").count() == 0
    with client.app[DATABASE].begin() as session:
        pks = [question.pk for question in inbox.open_questions(session)]
        inbox.close(session, pks, inbox.IGNORED)
    await tap(page, row, "教它")
    await expect(page.locator("#trouble")).to_contain_text("待学习")
    with client.app[DATABASE].read() as session:
        assert [one.text for one in inbox.open_questions(session)] == ["会不会起球呢？"]
    await page.goto(f"{client.make_url('/console/enter')}?token={client.app[DOOR].link_token()}")
    await expect(page).to_have_url(re.compile(r"/console/(\?room=.*)?$"))
    await page.goto(str(client.make_url("/prompter/demo")))
    link = page.locator(".item", has_text="会不会起球").get_by_role("link", name="教它")
    await page.wait_for_timeout(600)
    async with page.expect_popup() as popup:
        await link.click()
    console = await popup.value
    await expect(console.get_by_label("问题")).to_have_value("会不会起球呢？", timeout=20_000)
    assert console.url.endswith("/console/inbox")


async def test_a_stranger_is_told_to_sign_in(client: Client, page: Page) -> None:
    await page.goto(str(client.make_url("/prompter/demo")))
    await expect(page.locator("#refused")).to_be_visible()
    await expect(page.locator(".item")).to_have_count(0)
