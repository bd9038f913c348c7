"""The owner teaches on a phone: inbox, a new answer, an edit in two tabs. In a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from shop import inbox
from tests.browser.phone import PHONE, no_sideways, opened
from tests.web.conftest import client, config, rasa  # noqa: F401 - fixtures
from tests.web.learning.test_proof import candidate
from tests.web.stand_in import Client, RasaStandIn
from web.keys import DATABASE
from web.learning import proof
from web.learning.keys import RELEASES
from web.learning.titles import TITLES

pytestmark = pytest.mark.needs_chromium


def ask(client: Client, *texts: str) -> None:  # noqa: F811
    with client.app[DATABASE].begin() as session:
        for number, text in enumerate(texts):
            inbox.record(session, text, inbox.UNKNOWN, f"u{number}")


async def test_from_the_inbox_to_a_live_answer(
    phone: BrowserContext,
    client: Client,  # noqa: F811
    rasa: RasaStandIn,  # noqa: F811
) -> None:
    ask(client, "<b>会掉色吗</b>", "会掉色吗", "会掉色吗")
    page = await opened(phone, client, "inbox")
    await expect(page.locator("#open")).to_have_text("3")
    first = page.locator(".card").first
    await expect(first).to_contain_text("会掉色吗")
    await no_sideways(page)
    await first.get_by_role("button", name="写答案").click()
    await page.get_by_label("答案（观众会看到）").fill("")
    await page.get_by_role("button", name="保存，立即生效").click()
    await expect(page.get_by_role("alert")).to_contain_text("答案")
    await page.get_by_label("答案（观众会看到）").fill("不会掉色，放心洗")
    await no_sideways(page)
    await page.get_by_role("button", name="保存，立即生效").click()
    await expect(page.locator("#toast")).to_contain_text("已生效")
    page = await opened(phone, client, "faq")
    await page.get_by_label("搜索问答").fill("掉色")
    await expect(page.locator("#entries .card")).to_have_count(1)
    await expect(page.locator("#entries")).to_contain_text("不会掉色，放心洗")
    await no_sideways(page)


async def test_an_edit_in_two_tabs_is_told_to_the_second(
    phone: BrowserContext,
    client: Client,  # noqa: F811
) -> None:
    page = await opened(phone, client, "faq")
    await expect(page.locator("#nothing")).to_be_visible()
    await page.get_by_role("button", name="新问答").click()
    await page.get_by_label("问题").fill("几点下播")
    await page.get_by_label("答案（观众会看到）").fill("九点")
    await page.get_by_role("button", name="保存，立即生效").click()
    await expect(page.locator("#entries .card")).to_have_count(1)
    other = await opened(phone, client, "faq")
    for tab, words in ((page, "十点"), (other, "十一点")):
        await tab.get_by_role("button", name="修改").click()
        await tab.get_by_label("答案（观众会看到）").fill(words)
    await page.get_by_role("button", name="保存，立即生效").click()
    await expect(page.locator("#entries")).to_contain_text("十点")
    await other.get_by_role("button", name="保存，立即生效").click()
    await expect(other.get_by_role("alert")).to_contain_text("现在的答案是：十点")
    await other.get_by_role("button", name="放弃我的修改").click()
    await expect(other.get_by_label("答案（观众会看到）")).to_have_value("十点")


async def test_an_own_topic_and_the_models_page(
    phone: BrowserContext,
    client: Client,  # noqa: F811
) -> None:
    page = await opened(phone, client, "faq")
    await page.get_by_role("button", name="新建话题").click()
    await page.get_by_label("话题名").fill("定制刻字")
    await page.get_by_label("例句").fill("能刻名字吗\n可以印字不")
    await page.get_by_label("回复").fill("可以刻字，备注内容就行")
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator(".sheet .wrong")).to_contain_text("5")
    await page.get_by_label("例句").fill(
        "能刻名字吗\n可以印字不\n刻字要钱不\n想定制\n姓名能印上去么"
    )
    await page.get_by_role("button", name="保存").click()
    await expect(page.locator("#own")).to_contain_text("定制刻字")
    models = await opened(phone, client, "models")
    await expect(models.locator("#live")).to_contain_text("没有可用的模型")
    await models.get_by_role("button", name="训练新模型").click()
    await expect(models.locator("#toast")).to_contain_text("不能训练")
    await no_sideways(models)


async def test_the_report_of_a_model_fits_on_a_phone(
    phone: BrowserContext,
    client: Client,  # noqa: F811
) -> None:
    candidate(client, [])
    rows = {name: {"n": 30, "precision": 0.91, "recall": 0.9, "f1": 0.905} for name in TITLES}
    asked = "这条裙子是不是那种洗两次就会缩水变形的面料呀" * 2
    held_out = {
        "accuracy": 0.9, "macro_f1": 0.9, "threshold": 0.4, "intents": rows,
        "confusions": [{"truth": "ask_spec", "predicted": "ask_usage", "count": 3,
                        "examples": [asked]}],
    }  # fmt: skip
    row = {"text": asked, "target": "问参数材质", "live": "问参数材质", "candidate": "问用法"}
    regressed = {"asked": 80, "right": {"live": 79, "candidate": 78}, "broken": [row],
                 "fixed": [row], "wrong": []}  # fmt: skip
    made = proof.report("a-1", "a-0", (held_out, held_out), regressed)
    proof.save(client.app[RELEASES].reports, made)
    page = await opened(phone, client, "models")
    await page.get_by_role("button", name="看对比").click()
    await expect(page.locator("#report")).to_contain_text("仍要发布")
    await no_sideways(page)


async def test_a_stranger_sees_no_page(browser: Browser, client: Client) -> None:  # noqa: F811
    context = await browser.new_context(viewport=PHONE)
    page = await context.new_page()
    for name in ("inbox", "faq", "models"):
        answer = await page.goto(str(client.make_url(f"/console/{name}")))
        assert answer is not None
        assert answer.status == 401
    await context.close()
