"""What the tests do on the owner's phone."""

from __future__ import annotations

from typing import Any

from playwright.async_api import BrowserContext, Page

from tests.web.stand_in import Client

PHONE: Any = {"width": 390, "height": 844}


async def opened(phone: BrowserContext, client: Client, name: str) -> Page:
    """A page of the console."""
    page = await phone.new_page()
    await page.goto(str(client.make_url(f"/console/{name}")))
    return page


async def no_sideways(page: Page) -> None:
    """Nothing on a phone has to be scrolled sideways."""
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
