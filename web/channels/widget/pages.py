"""The pages of the widget: the frame that a shop embeds, and a shop page to try it on."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path

from aiohttp import web

from shop import catalogue
from shop.compliance import check
from shop.policies import get_policy
from web.keys import DATABASE
from web.page_headers import EMBEDDED_POLICY
from web.rooms import wording

_STATIC = Path(__file__).parent.parent.parent / "static" / "widget"
_SHOWN = 12
_SHOP_NAME = "播小二演示店"


async def home(request: web.Request) -> web.Response:
    """The bare address leads to the page to try the widget on."""
    return web.Response(status=302, headers={"Location": "/widget"})


async def demo(request: web.Request) -> web.FileResponse:
    """A page of the shop with the widget on it, as a shop owner would embed it."""
    return web.FileResponse(_STATIC / "demo.html", headers={"Cache-Control": "no-cache"})


async def frame(request: web.Request) -> web.FileResponse:
    """The chat itself; any page may frame it."""
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": EMBEDDED_POLICY}
    return web.FileResponse(_STATIC / "frame.html", headers=headers)


async def products(request: web.Request) -> web.Response:
    """The shop's name and its first products, for the demo page and the chat's heading."""
    return web.json_response(await asyncio.to_thread(_shelf, request.app))


def _shelf(app: web.Application) -> dict[str, object]:
    with app[DATABASE].read() as session:
        listed = catalogue.listed(session)
        name = get_policy(session, "shop_name") or _SHOP_NAME
    # Numbered links first, as the host shows them.
    listed.sort(key=lambda product: (product.link_no is None, product.link_no or 0, product.sku))
    # What the chat may not say, the shelf beside it may not show.
    book = wording.current().book
    lawful = ((product, check(product.title, book)) for product in listed)
    shown = [
        {
            "sku": product.sku,
            "title": verdict.text,
            "category": product.category,
            "price_fen": product.price_fen,
            "list_price_fen": product.list_price_fen,
            "link_no": product.link_no,
            "image_url": product.image_url,
            "stock": product.stock,
        }
        for product, verdict in islice(((p, v) for p, v in lawful if not v.held), _SHOWN)
    ]
    return {"shop_name": name, "products": shown}
