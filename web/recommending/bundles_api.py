"""/console/api/recommend/bundles: what to sell together, at which price, and what was decided."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from recsys.mining import Pair
from shop import bundles, catalogue
from shop.bundles import Bundle
from shop.catalogue import Product
from web import fields
from web.keys import DESK
from web.owner import require_owner
from web.payload import json_object
from web.transactions import reading, writing

SHOWN = 30


async def get_bundles(request: web.Request) -> web.Response:
    """Proposals out of real purchases, the strongest first; those dismissed come last."""
    require_owner(request)
    pairs = request.app[DESK].cross_sell.bundles()

    def read(session: Session) -> list[dict[str, Any]]:
        decided = bundles.decided(session)
        known = catalogue.many(session, {sku for p in pairs for sku in (p.left, p.right)})
        rows = [_row(pair, known, decided) for pair in pairs if _sellable(pair, known)]
        return sorted(rows, key=lambda row: row["state"] == bundles.DISMISSED)[:SHOWN]

    return web.json_response({"bundles": await reading(request.app, read)})


async def post_bundle(request: web.Request) -> web.Response:
    """{"skus":[two],"state":"accepted"|"dismissed","price_fen"?} → what is kept."""
    require_owner(request)
    body = await json_object(request)
    skus, state = fields.texts(body, "skus"), fields.text(body, "state", "")
    price = fields.whole(body, "price_fen")
    if len(skus) != 2:
        raise fields.bad("skus", "搭配要有两件商品")

    def write(session: Session) -> Bundle:
        for sku in skus:
            catalogue.get(session, sku)
        return bundles.decide(session, (skus[0], skus[1]), state, price, datetime.now(UTC))

    made = await writing(request.app, write)
    return web.json_response({"state": made.state, "price_fen": made.price_fen})


def _sellable(pair: Pair, known: dict[str, Product]) -> bool:
    return all(sku in known and known[sku].status == "on" for sku in (pair.left, pair.right))


def _row(
    pair: Pair, known: dict[str, Product], decided: dict[tuple[str, str], Bundle]
) -> dict[str, Any]:
    left, right = known[pair.left], known[pair.right]
    first, second = sorted((pair.left, pair.right))
    bundle = decided.get((first, second))
    return {
        "skus": [left.sku, right.sku],
        "titles": [left.title, right.title],
        "both": pair.both,
        "support": round(pair.support, 4),
        "confidence": round(pair.confidence, 4),
        "lift": round(pair.lift, 2),
        "sum_fen": left.price_fen + right.price_fen,
        "suggested_fen": bundles.suggested_price(left, right),
        "state": bundle.state if bundle else "",
        "price_fen": bundle.price_fen if bundle else None,
    }
