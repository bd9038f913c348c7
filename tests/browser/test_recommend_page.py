"""Recommendations on the owner's phone, and the widget's home for a viewer. In a real browser."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from actions import newest
from recsys.embedding.location import encoder_folder
from shop import impressions
from tests.browser.phone import PHONE, no_sideways, opened
from tests.web.conftest import client, config, rasa  # noqa: F401 - fixtures
from tests.web.recommending.conftest import fill, fitted
from tests.web.stand_in import Client
from web.keys import DATABASE
from web.recommending import fitting

pytestmark = pytest.mark.needs_chromium
SAVE = "保存，立即生效"


@pytest.fixture
async def shop(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:  # noqa: F811
    monkeypatch.setattr(newest, "GLANCE", 0.0)
    monkeypatch.setattr(newest, "REST", 0.0)
    # A fit of low priority gets no turn on a machine that tests are busy on.
    monkeypatch.setattr(fitting, "NICE", 0)
    await asyncio.to_thread(fill, client)
    await asyncio.to_thread(fitted, client)
    return client


async def chosen(page: Page, viewer: str) -> None:
    await page.locator(f"#viewers [data-viewer={viewer}]").click()


async def test_the_owner_sees_what_a_viewer_would_be_shown_and_why(
    phone: BrowserContext, shop: Client
) -> None:
    page = await opened(phone, shop, "recommend")
    await expect(page.locator("nav.tabs [aria-current=page]")).to_have_text("推荐")
    await chosen(page, "carol")
    preview = page.locator("#preview")
    await expect(preview).to_contain_text("点开 3 次")
    await expect(preview).to_contain_text("因为您之前点开过「法式小黑裙」")
    await expect(preview.locator(".offer")).to_have_count(3)
    await preview.get_by_text("为什么排这里").first.click()
    await expect(preview.locator(".part").first).to_contain_text("合不合适")
    await no_sideways(page)
    await page.locator("#stay").select_option("600")
    await expect(preview.locator(".offer")).to_have_count(5)
    await expect(preview).to_contain_text("20% 的机会尝新")
    await page.locator("#room").select_option("demo")
    await expect(preview).to_contain_text("正在讲「控油保湿面霜」")
    await expect(preview).to_contain_text("有4位也买了这款")
    await page.get_by_label("搜观众").fill("小美")
    await expect(page.locator("#viewers button")).to_have_count(1)
    await chosen(page, "beef0001")
    await expect(preview).to_contain_text("还不了解这位观众")
    await no_sideways(page)


async def test_a_rule_is_made_changed_and_taken_back(phone: BrowserContext, shop: Client) -> None:
    page = await opened(phone, shop, "recommend")
    await expect(page.locator("#norules")).to_be_visible()
    await chosen(page, "carol")
    first = page.locator("#preview .offer h3").first
    await expect(first).to_contain_text("裙")
    await page.get_by_role("button", name="加一条").click()
    await page.get_by_label("针对").select_option("S2")
    await page.get_by_label("置顶（位）").fill("99")
    await page.get_by_role("button", name=SAVE).last.click()
    await expect(page.locator("dialog").get_by_role("alert")).to_contain_text("1 到 10 位之间")
    await no_sideways(page)
    await page.get_by_label("置顶（位）").fill("1")
    await page.get_by_role("button", name=SAVE).last.click()
    await expect(page.locator("#rules .card")).to_contain_text("玻尿酸补水面膜 · 第 1 位")
    await expect(first).to_have_text("玻尿酸补水面膜")
    await expect(page.locator("#preview .mark")).to_have_text("您设了置顶")
    await page.locator("#rules").get_by_role("button", name="停用").click()
    await expect(first).to_contain_text("裙")
    await page.get_by_role("button", name="加一条").click()
    await page.locator("dialog select").first.select_option("price_max")
    await expect(page.get_by_label("针对")).to_be_hidden()
    await page.get_by_label("最高价（元）").fill("60.5")
    await page.get_by_role("button", name=SAVE).last.click()
    await expect(page.locator("#rules")).to_contain_text("60.5 元")
    await expect(page.locator("#preview")).to_contain_text("高于您设的最高价")
    await page.locator("#rules").get_by_role("button", name="修改").last.click()
    await page.get_by_role("button", name="删除").click()
    await expect(page.locator("#rules .card")).to_have_count(1)


async def test_weights_and_the_ladder_are_set(phone: BrowserContext, shop: Client) -> None:
    page = await opened(phone, shop, "recommend")
    await chosen(page, "carol")
    form = page.locator("#setting")
    await form.get_by_role("button", name="加一档").click()
    await form.get_by_label("件数").first.fill("2")
    await form.get_by_label("停留分钟").last.fill("1")
    await form.get_by_role("button", name=SAVE).click()
    await expect(form.get_by_role("alert")).to_contain_text("第 4 档：停留时间要比上一档长")
    await form.get_by_role("button", name="去掉").last.click()
    await form.locator("input[name=margin]").fill("0.6")
    await no_sideways(page)
    await form.get_by_role("button", name=SAVE).click()
    await expect(page.locator("#toast")).to_contain_text("已生效")
    await expect(page.locator("#preview .offer")).to_have_count(2)
    await page.reload()
    await expect(form.locator("input[name=margin]")).to_have_value("0.6")


async def test_a_bundle_is_accepted_and_a_model_fitted(
    phone: BrowserContext, shop: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOXIAOER_ENCODER", str(encoder_folder()))
    page = await opened(phone, shop, "recommend")
    bundle = page.locator("#bundles .card")
    await expect(bundle).to_contain_text("一起买过 4 人")
    await expect(bundle).to_contain_text("原价共 ¥158，建议 ¥142")
    await bundle.get_by_role("button", name="采用").click()
    await expect(bundle).to_contain_text("已采用，搭配价 ¥142")
    version = await page.locator("#model").inner_text()
    await page.get_by_role("button", name="重新训练").click()
    await expect(page.locator("#job")).to_contain_text("训练完成", timeout=240_000)
    await expect(page.locator("#model")).not_to_have_text(re.compile(re.escape(version)))
    await page.get_by_text("训练记录").click()
    await expect(page.locator("#fits")).to_contain_text("找常一起买的商品")
    await no_sideways(page)


async def test_many_bundles_do_not_bury_the_page(phone: BrowserContext, shop: Client) -> None:
    async def many(route: Route) -> None:
        real = await route.fetch()
        told = await real.json()
        await route.fulfill(response=real, json={**told, "bundles": told["bundles"] * 8})

    await phone.route("**/recommend/bundles", many)
    page = await opened(phone, shop, "recommend")
    cards = page.locator("#bundles .card")
    await expect(cards).to_have_count(5)
    await page.get_by_role("button", name="再看 3 组").click()
    await expect(cards).to_have_count(8)
    await no_sideways(page)


async def test_the_widget_opens_with_cards_and_a_tap_is_kept(
    browser: Browser, shop: Client
) -> None:
    context = await browser.new_context(viewport=PHONE)
    page = await context.new_page()
    await page.goto(str(shop.make_url("/widget/frame")))
    home = page.locator(".row.home")
    await expect(home.locator(".card.product")).to_have_count(3)
    await expect(home).to_contain_text("先看看店里正在卖的这几款")
    async with page.expect_response("**/api/recommendations/click") as clicked:
        await home.get_by_role("button", name=re.compile("问这款")).first.click()
    assert (await (await clicked.value).json()) == {"counted": True}
    with shop.app[DATABASE].read() as session:
        table = impressions.frame(session, datetime.now(UTC) - timedelta(hours=1))
    assert table["clicked"].tolist() == [True, False, False]
    await page.reload()
    await expect(home).to_contain_text("欢迎回来")
    await expect(home).to_contain_text("您刚点开过")
    await context.close()
