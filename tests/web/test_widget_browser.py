"""The widget and the console in a real browser, at a phone's size."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, FrameLocator, Page, async_playwright, expect

from tests.web.stand_in import Client, RasaStandIn
from web.channels.widget.connections import CONNECTIONS
from web.keys import DOOR

pytestmark = pytest.mark.needs_chromium

REPLIES = [
    {"type": "text", "text": "<b>99元</b>"},
    {"type": "product_card", "sku": "A1", "title": "加绒<i>卫衣", "price_fen": 9990, "link_no": 3},
    {"type": "coupon_card", "code": "BX8K", "title": "新人券", "amount_fen": 1000,
     "threshold_fen": 9900, "expires_at": "2026-11-30T15:59:00+00:00", "private": True},
    {"type": "image", "url": "javascript:alert(1)", "alt": "x"},
    {"type": "handoff", "reason": "unknown_fact", "text": "已请主播回答"},
    {"type": "hologram", "text": "a kind of next year"},
    {"type": "quick_replies", "items": [{"text": "有什么尺码？"}]},
]  # fmt: skip


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
        opened = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        )
        yield opened
        await opened.close()


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[Page]:
    """A page that fails the test on any script error or policy violation."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = await context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda note: trouble.append(note.text) if note.type == "error" else None)
    yield page
    await context.close()
    # Chromium reports as errors what these tests do on purpose: cut lines, signing out.
    meant = ("WebSocket connection", "401 (Unauthorized)")
    assert [text for text in trouble if not any(words in text for words in meant)] == []


async def opened(page: Page, client: Client) -> FrameLocator:
    await page.goto(str(client.make_url("/widget")))
    await page.get_by_role("button", name="联系客服").click()
    chat = page.frame_locator("iframe")
    await expect(chat.locator("#state")).to_contain_text("在线")
    return chat


async def ask(chat: FrameLocator, text: str) -> None:
    await chat.locator("#text").fill(text)
    await chat.locator("#text").press("Enter")


async def test_a_viewer_asks_and_sees_cards_but_never_markup(
    client: Client, rasa: RasaStandIn, phone: Page
) -> None:
    rasa.replies = REPLIES
    chat = await opened(phone, client)
    await ask(chat, "<img src=x onerror=alert(1)>")
    await expect(chat.locator(".me .bubble")).to_have_text("<img src=x onerror=alert(1)>")
    await expect(chat.locator(".shop .bubble").last).to_have_text("<b>99元</b>")
    await expect(chat.locator(".product h2")).to_have_text("加绒<i>卫衣")
    await expect(chat.locator(".product .price")).to_have_text("¥99.9")
    await expect(chat.locator(".coupon code")).to_have_text("BX8K")
    await expect(chat.locator(".handoff")).to_contain_text("已请主播回答")
    assert await chat.locator("img.photo").count() == 0
    rasa.replies = None
    await chat.get_by_role("button", name="有什么尺码？").click()
    await expect(chat.locator(".shop .bubble").last).to_have_text("答：有什么尺码？")
    assert await chat.locator(".chips").count() == 0


async def test_a_broken_line_loses_and_doubles_nothing(
    client: Client, rasa: RasaStandIn, phone: Page
) -> None:
    chat = await opened(phone, client)
    await ask(chat, "一")
    await expect(chat.locator(".shop .bubble").last).to_have_text("答：一")
    rasa.delay = 1.0
    await ask(chat, "二")
    await expect(chat.locator(".typing")).to_be_visible()
    for sockets in tuple(client.app[CONNECTIONS]._sockets.values()):
        for socket in tuple(sockets):
            await socket.close()
    await expect(chat.locator("#state")).to_contain_text("重连")
    await ask(chat, "三")  # typed while the line is down
    await expect(chat.locator(".shop .bubble").last).to_have_text("答：三", timeout=15_000)
    assert await chat.locator(".shop .bubble").all_inner_texts() == [
        "您好，我是小播～价格、尺码、发货、优惠，都可以问我。", "答：一", "答：二", "答：三",
    ]  # fmt: skip
    assert [asked["text"] for asked in rasa.asked] == ["一", "二", "三"]
    assert len({asked["sender"] for asked in rasa.asked}) == 1


async def test_a_failure_is_said_in_chinese_and_tried_again_by_hand(
    client: Client, rasa: RasaStandIn, phone: Page
) -> None:
    rasa.status, rasa.body = 502, {"error": {"code": "x", "message": "Traceback"}}
    chat = await opened(phone, client)
    await ask(chat, "多少钱")
    again = chat.locator(".again")
    await expect(again).to_contain_text("没答上来")
    rasa.status, rasa.body = 200, None
    await again.click()
    await expect(chat.locator(".shop .bubble").last).to_have_text("答：多少钱")


async def test_the_talk_and_the_viewer_survive_a_reload(
    client: Client, rasa: RasaStandIn, phone: Page
) -> None:
    chat = await opened(phone, client)
    await ask(chat, "一")
    await expect(chat.locator(".shop .bubble").last).to_have_text("答：一")
    chat = await opened(phone, client)
    await expect(chat.locator(".me .bubble")).to_have_text("一")
    await ask(chat, "二")
    await expect(chat.locator(".shop .bubble").last).to_have_text("答：二")
    assert len({asked["sender"] for asked in rasa.asked}) == 1


async def test_nothing_is_wider_than_the_phone(client: Client, phone: Page) -> None:
    for path in ("/widget", "/widget/frame"):
        await phone.goto(str(client.make_url(path)))
        await asyncio.sleep(0.3)
        assert await phone.evaluate("document.documentElement.scrollWidth") <= 390, path


async def test_the_owner_enters_by_the_link_and_sees_the_room(client: Client, phone: Page) -> None:
    async def outcomes(route: Any) -> None:
        await route.fulfill(json={"outcomes": []})

    async def room(socket: Any) -> None:
        comment = {"pk": 1, "name": "<b>小鹿", "text": "3号多少钱", "ts": "2026-11-23T09:20:01Z"}
        outcome = {"kind": "answered", "reason": "", "answer_text": "99元"}
        socket.send('{"type": "counts", "counts": {"answered": 1}}')
        message: dict[str, Any] = {"type": "outcome", "comment": comment, "outcome": outcome}
        socket.send(json.dumps(message))

    await phone.route("**/api/rooms/**", outcomes)
    await phone.route_web_socket("**/ws/rooms/**", room)
    token = client.app[DOOR].link_token()
    await phone.goto(str(client.make_url("/console/enter").with_query(token=token)))
    await expect(phone).to_have_url(str(client.make_url("/console/").with_query(room="demo")))
    await expect(phone.locator(".entry .name")).to_have_text("<b>小鹿")
    await expect(phone.locator(".entry .answer")).to_have_text("99元")
    await expect(phone.locator(".tile.answered strong")).to_have_text("1")
    await phone.get_by_role("button", name="退出登录").click()
    await expect(phone.locator("h1")).to_have_text("请用登录链接进入")
