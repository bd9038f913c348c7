"""A recorded show through the whole: the overlay answers it, the prompter leads the host."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from shop import rooms
from shop.database import Database
from tests.e2e.conftest import BOXIAOER, ROOT, Running
from web.signing import Signer

pytestmark = [pytest.mark.needs_rasa, pytest.mark.needs_chromium, pytest.mark.timeout(600)]

PHONE: Any = {"width": 390, "height": 844}
ROOM = "show"
SCENE: Any = {"width": 1080, "height": 1920}
RECORDING = ROOT / "data" / "demo_shop" / "room.jsonl"
SPEED = "60"  # twenty-five minutes in twenty-five seconds
PSEUDONYM = re.compile(r"\b[0-9a-f]{32}\b")
ORDER_NUMBER = re.compile(r"\b[A-Z]{2}\d{8,}\b")
expect.set_options(timeout=30_000)


@pytest.fixture
def pages(running: Running) -> Iterator[tuple[Page, Page]]:
    """Overlay as OBS opens it, prompter as a phone does; script errors fail the test."""
    key = json.loads((running.var / "secrets.json").read_text())["session_key"]
    token = Signer(key, "room-host").sign({"room": ROOM}, timedelta(hours=1))
    # A room of its own: what another test has just had answered is not said once more.
    with Database(f"sqlite:///{running.var / 'boxiaoer.db'}").begin() as session:
        rooms.create_room(session, ROOM)
    trouble: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-quic"]
        )
        overlay = browser.new_page(viewport=SCENE)
        prompter = browser.new_page(viewport=PHONE)
        for page in (overlay, prompter):
            page.on("pageerror", lambda error: trouble.append(str(error)))
        overlay.goto(f"{running.url}/overlay/{ROOM}")
        prompter.goto(f"{running.url}/prompter/{ROOM}#{token}")
        yield overlay, prompter
        browser.close()
    assert trouble == []


def test_a_recorded_show_is_answered_and_prompted(
    running: Running, pages: tuple[Page, Page]
) -> None:
    overlay, prompter = pages
    expect(overlay.locator("html")).to_have_attribute("data-line", "online")
    replay = subprocess.Popen(
        [str(BOXIAOER), "replay", str(RECORDING), "--speed", SPEED, "--room", ROOM],
        env=running.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    seen = set[str]()
    try:
        deadline = time.monotonic() + 200
        # Answers are made faster than they can be read: the last ones are still to be shown.
        while (replay.poll() is None or len(seen) < 10) and time.monotonic() < deadline:
            for card in overlay.locator(".answer:not(.leaving)").all():
                seen.update(card.all_inner_texts())
            overlay.wait_for_timeout(400)
    finally:
        replay.kill()
    assert replay.returncode == 0
    assert len(seen) >= 10
    said = "\n".join(seen)
    assert re.search(r"@\S+", said)
    assert re.search(r"\d+号链接", said)
    assert "¥" in said
    assert not PSEUDONYM.search(said)
    assert not ORDER_NUMBER.search(said)
    prompted(prompter)


def prompted(prompter: Page) -> None:
    """What is left for the host, with its reasons; a tap closes it, and can be taken back."""
    expect(prompter.locator("#line")).to_contain_text("实时")
    row = prompter.locator(".item").first
    expect(row.locator(".why")).to_contain_text("人问")
    expect(row.locator("time")).to_contain_text("等了")
    expect(prompter.locator("#shelf span")).to_contain_text("件")
    expect(prompter.locator("#buyers span")).to_contain_text("@")
    assert prompter.evaluate("document.documentElement.scrollWidth") <= 390
    assert not PSEUDONYM.search(prompter.content())
    # Rows still move as the last answers come in; then one is tapped.
    prompter.wait_for_timeout(6_000)
    row.get_by_role("button", name="完成").click()
    closed = prompter.locator(".item", has_text="已完成")
    closed.get_by_role("button", name="撤销").click()
    expect(closed).to_have_count(0)
    expect(prompter.locator("#counts .pending dd")).to_have_text("0")
