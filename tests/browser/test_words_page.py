"""The owner's words on a phone: try a sentence, let a word pass, add one. In a real browser."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import BrowserContext, expect

from shop import words
from tests.browser.phone import no_sideways, opened
from tests.web.conftest import client, config, rasa  # noqa: F401 - fixtures
from tests.web.stand_in import Client
from web.keys import DATABASE
from web.rooms import wording

pytestmark = pytest.mark.needs_chromium
SAVE = "保存，立即生效"


async def test_a_sentence_is_tried_and_what_is_hit_is_let_pass(
    phone: BrowserContext,
    client: Client,  # noqa: F811
) -> None:
    page = await opened(phone, client, "words")
    await expect(page.locator("#nothing")).to_be_visible()
    await expect(page.locator("#shipped")).to_contain_text("自带")
    sentence = page.get_by_label("写一句弹幕或一句回答")
    await sentence.fill("加微信领<b>券</b>，全网最低价，能治疗失眠")
    verdict = page.locator("#verdict")
    await expect(verdict).to_contain_text("不回答（留联系方式）")
    await expect(verdict).to_contain_text("不发，交给主播")
    await expect(verdict).to_contain_text("改说「优惠价」")
    await expect(verdict).to_contain_text("第十七条")
    await no_sideways(page)
    await page.get_by_role("button", name="放行「全网最低价」").click()
    await expect(page.get_by_label("词", exact=True)).to_have_value("全网最低价")
    await no_sideways(page)
    await page.get_by_role("button", name=SAVE).click()
    await expect(page.locator("#words .card")).to_have_count(1)
    await expect(verdict).not_to_contain_text("优惠价")
    await expect(verdict).to_contain_text("治疗")


async def test_a_word_is_added_changed_and_deleted(
    phone: BrowserContext,
    client: Client,  # noqa: F811
) -> None:
    page = await opened(phone, client, "words")
    await page.get_by_role("button", name="加一个词").click()
    await page.get_by_label("词", exact=True).fill("清")
    await page.get_by_label("类别").select_option("forbidden")
    await page.get_by_label("替换成").fill("特卖")
    await page.get_by_role("button", name=SAVE).click()
    await expect(page.get_by_role("alert")).to_contain_text("误伤")
    await page.get_by_label("词", exact=True).fill("清仓")
    await page.get_by_role("button", name=SAVE).click()
    await expect(page.locator("#words")).to_contain_text("改说「特卖」")
    assert wording.current().book.rules[-1].replacement == "特卖"
    await page.get_by_role("button", name="停用").click()
    await expect(page.locator("#words")).to_contain_text("已停用")
    await page.get_by_role("button", name="修改").click()

    def elsewhere() -> None:
        with client.app[DATABASE].begin() as session:
            (word,) = words.all_words(session)
            draft = words.WordDraft(word.kind, word.word, "惠卖", note="别的手机")
            words.edit(session, word.pk, draft, word.version)

    await asyncio.to_thread(elsewhere)
    await page.get_by_label("备注").fill("这部手机")
    await page.get_by_role("button", name=SAVE).click()
    await expect(page.get_by_role("alert")).to_contain_text("没有覆盖")
    await page.get_by_role("button", name="看最新的").click()
    await expect(page.get_by_label("替换成")).to_have_value("惠卖")
    await page.get_by_role("button", name="删除").click()
    await expect(page.locator("#words .card")).to_have_count(0)


async def test_the_faq_editor_warns_of_what_may_not_be_said(
    phone: BrowserContext,
    client: Client,  # noqa: F811
) -> None:
    page = await opened(phone, client, "faq")
    await page.get_by_role("link", name="敏感词").click()
    await page.get_by_role("link", name="问答库").click()
    await page.get_by_role("button", name="新问答").click()
    await page.get_by_label("问题").fill("湿疹能用吗")
    await page.get_by_label("答案（观众会看到）").fill("最好的面霜，能治疗湿疹")
    await expect(page.locator(".sheet")).to_contain_text("会转给主播")
    await expect(page.locator(".sheet")).to_contain_text("第十七条")
    await no_sideways(page)
    await page.get_by_label("答案（观众会看到）").fill("最好的面霜")
    await expect(page.locator(".sheet")).to_contain_text("观众会看到：很好的面霜")
