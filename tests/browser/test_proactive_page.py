"""主动话术 on a phone: the owner turns it on, the host turns to a product, the overlay shows it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from shop import catalogue
from tests.browser.phone import PHONE
from tests.web.stand_in import SECRETS, Client, bearer
from web.keys import DATABASE, DOOR

pytestmark = pytest.mark.needs_chromium
# Where a person looks at what the test saw; nothing is written without it.
PICTURES = os.environ.get("TEST_PICTURES")


@pytest.fixture
async def client(room_client: Client) -> Client:
    hoodie = catalogue.Product(
        sku="A1", title="加绒加厚连帽卫衣 宽松百搭", price_fen=9900, stock=6,
        list_price_fen=15900, link_no=3, attributes={"材质": "80%棉 20%聚酯纤维"},
    )  # fmt: skip
    with room_client.app[DATABASE].begin() as session:
        catalogue.upsert(session, hoodie)
    return room_client


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport=PHONE)
    yield context
    await context.close()


async def opened(phone: BrowserContext, client: Client, path: str, trouble: list[str]) -> Page:
    """A page whose script errors and policy violations are noted."""
    page = await phone.new_page()
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda note: trouble.append(note.text) if note.type == "error" else None)
    await page.goto(str(client.make_url(path)))
    return page


@pytest.fixture
async def trouble() -> AsyncIterator[list[str]]:
    noted: list[str] = []
    yield noted
    meant = ("WebSocket connection", "status of 40")
    assert [text for text in noted if not any(words in text for words in meant)] == []


@pytest.fixture
async def page(phone: BrowserContext, client: Client, trouble: list[str]) -> Page:
    token = client.app[DOOR].link_token()
    entered = await opened(phone, client, f"/console/enter?token={token}", trouble)
    await entered.wait_for_url("**/console/")
    # In a tab of its own: the one that entered is still on its way to the first page.
    made = await opened(phone, client, "/console/proactive", trouble)
    await expect(made.locator(".kind")).to_have_count(6)
    return made


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


async def put_on_air(client: Client) -> None:
    async with client.post(
        "/api/rooms/demo/on_air", json={"sku": "A1"}, headers=bearer(SECRETS.ingest_key)
    ) as response:
        assert response.status == 200


async def test_a_stranger_is_told_to_sign_in(
    client: Client, phone: BrowserContext, trouble: list[str]
) -> None:
    page = await opened(phone, client, "/console/proactive", trouble)
    await expect(page.locator(".kind")).to_have_count(0)
    await expect(page.locator("body")).to_contain_text("登录")


async def test_switched_on_the_overlay_shows_the_card(
    client: Client, phone: BrowserContext, page: Page, trouble: list[str]
) -> None:
    card = page.locator('.kind[data-kind="switch"]')
    toggle = card.get_by_role("switch")
    await expect(toggle).not_to_be_checked()
    await picture(page, "proactive_off")
    await card.locator(".limits summary").click()
    await card.locator('input[name="steady_seconds"]').fill("2")
    await toggle.click()
    await expect(page.locator("#toast")).to_contain_text("已保存")
    await expect(toggle).to_be_checked()
    overlay = await opened(phone, client, "/overlay/demo", trouble)
    await put_on_air(client)
    plate = overlay.locator(".say.switch")
    await expect(plate.locator("h2")).to_have_text("加绒加厚连帽卫衣 宽松百搭", timeout=10_000)
    await expect(plate.locator(".label")).to_have_text("正在讲解")
    await expect(plate.locator(".price strong")).to_have_text("¥99")
    await expect(plate.locator(".price s")).to_have_text("¥159")
    await expect(plate.locator(".link")).to_have_text("3号链接")
    await expect(plate.locator(".reason")).to_have_text("材质：80%棉 20%聚酯纤维")
    await expect(plate.locator(".stock")).to_have_text("库存 6 件")
    assert await overlay.evaluate("document.documentElement.scrollWidth") <= 390
    await picture(overlay, "overlay_say")
    entry = page.locator("#log .card.said")
    await expect(entry).to_have_count(1)
    await expect(entry).to_contain_text("讲解卡")
    await overlay.reload()
    await expect(overlay.locator(".say.switch h2")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_words_are_previewed_refused_and_said(
    client: Client, page: Page, phone: BrowserContext, trouble: list[str]
) -> None:
    await put_on_air(client)
    card = page.locator('.kind[data-kind="low_stock"]')
    area = card.locator("textarea")
    await area.fill("{销量}件！")
    await card.get_by_role("button", name="保存").click()
    await expect(card.locator(".wrong")).to_contain_text("没有 {销量} 这个变量")
    await expect(card.locator(".wrong")).to_contain_text("{库存}")
    await area.fill("只剩")
    await card.get_by_text("可以用的变量").click()
    await card.get_by_role("button", name="{库存}").click()
    await expect(area).to_have_value("只剩{库存}")
    await card.get_by_role("button", name="看看会说什么").click()
    await expect(card.locator(".preview")).to_contain_text("只剩6")
    await expect(card.locator(".preview .why")).to_contain_text("没有打开")
    await card.get_by_role("button", name="保存").click()
    await expect(page.locator("#toast")).to_contain_text("已保存")
    overlay = await opened(phone, client, "/overlay/demo", trouble)
    await expect(overlay.locator("html")).to_have_attribute("data-line", "online")
    await card.get_by_role("button", name="现在说一次").click()
    await expect(overlay.locator(".say.low_stock .said")).to_have_text("只剩6")
    await expect(page.locator("#log .said .log-text")).to_have_text("只剩6")
    await area.fill("国家级卫衣")
    await card.get_by_role("button", name="看看会说什么").click()
    await expect(card.locator(".preview .why")).to_contain_text("广告法：国家级")
    await picture(page, "proactive_preview")


async def test_the_second_tab_is_told_and_loses_nothing(
    client: Client, phone: BrowserContext, page: Page, trouble: list[str]
) -> None:
    second = await opened(phone, client, "/console/proactive", trouble)
    there = second.locator('.kind[data-kind="welcome"]')
    await expect(there).to_be_visible()
    here = page.locator('.kind[data-kind="welcome"]')
    await here.locator("textarea").fill("欢迎{新朋友}，先看看")
    await here.get_by_role("button", name="保存").click()
    await expect(page.locator("#toast")).to_contain_text("已保存")
    await there.locator("textarea").fill("大家好，{新朋友}")
    await there.get_by_role("button", name="保存").click()
    await expect(there.locator(".wrong")).to_contain_text("欢迎{新朋友}，先看看")
    await expect(there.locator("textarea")).to_have_value("大家好，{新朋友}")
    await there.get_by_role("button", name="保存").click()
    await expect(second.locator("#toast")).to_contain_text("已保存")
    await expect(there.locator(".wrong")).to_have_text("")


async def test_a_timed_script_is_written_on_the_phone(client: Client, page: Page) -> None:
    await put_on_air(client)
    panel = page.locator('.kind[data-kind="scripts"]')
    await panel.get_by_role("button", name="添加话术").click()
    sheet = page.locator("dialog.sheet")
    await sheet.locator("textarea").fill("{链接}只要{价格}[，{优惠}]<b>")
    await sheet.get_by_role("button", name="看看会说什么").click()
    await expect(sheet.locator(".preview")).to_contain_text("3号链接只要99元<b>")
    await sheet.locator("select").select_option("at")
    await sheet.locator('input[name="at_minute"]').fill("9999")
    await sheet.get_by_role("button", name="保存").click()
    await expect(sheet.locator(".wrong")).to_contain_text("0 到 1440")
    await sheet.locator('input[name="at_minute"]').fill("30")
    await picture(page, "proactive_sheet")
    await sheet.get_by_role("button", name="保存").click()
    row = panel.locator(".card")
    await expect(row).to_contain_text("开播第 30 分钟说一次")
    await expect(row).to_contain_text("<b>")
    await row.get_by_role("switch").click()
    await expect(row).to_contain_text("关")
    await row.get_by_role("button", name="现在说一次").click()
    await expect(page.locator("#log .said .log-text")).to_have_text("3号链接只要99元<b>")
    await picture(page, "proactive_scripts")
    await row.get_by_role("button", name="修改").click()
    await sheet.get_by_role("button", name="删除").click()
    await expect(panel.locator(".card")).to_have_count(0)
    for button in await page.locator("main button").all():
        box = await button.bounding_box()
        # Hidden ones (variables that are folded away) have no height.
        assert box is None or box["height"] == 0 or box["height"] >= 36
