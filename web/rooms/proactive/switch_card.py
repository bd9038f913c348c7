"""The card of the product that the host has just turned to (讲解卡)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from actions.blocks import product_card, text
from shop import catalogue, room_shows
from shop.catalogue import ON, Product
from shop.proactive_settings import SWITCH, Setting
from web.rooms.proactive.contract import Held, Plain, Proposal, Scene, Silence
from web.rooms.proactive.facts import Facts, selling_point, worded

# After this long the host is in the middle of it, and "now:" is no news.
FRESH = timedelta(minutes=3)


class SwitchCard(Plain):
    """Says one card a change, when the product has stayed on air for a moment."""

    name = SWITCH

    def propose(self, session: Session, scene: Scene, setting: Setting) -> Proposal | Silence:
        """The card of the product on air, once for each time that it was put there."""
        on_air = room_shows.on_air(session, scene.room)
        if on_air is None:
            return Silence("现在没有在讲的商品")
        key = str(on_air.pk)
        if not scene.forced:
            steady = timedelta(seconds=setting["steady_seconds"])
            if scene.now - on_air.at < steady:
                return Silence("刚换品，等它停稳")
            if any(m.kind == SWITCH and m.key == key for m in scene.said):
                return Silence("这次换品的讲解卡已经出过")
            if scene.now - on_air.at > FRESH:
                return Silence("换品过去一阵了，下次换品再出")
        product = catalogue.get(session, on_air.sku)
        return _unfit(product, key, Facts(session, scene)) or _card(
            session, scene, setting, product, key
        )


def _card(
    session: Session, scene: Scene, setting: Setting, product: Product, key: str
) -> Proposal | Silence:
    said = worded(session, scene, setting.text, key=key)
    if isinstance(said, Silence):
        return said
    facts = Facts(session, scene)
    card = product_card(product, reason=selling_point(product) or "") | {"stock": facts.left}
    return Proposal(key, (text(said), card))


def _unfit(product: Product, key: str, facts: Facts) -> Silence | None:
    """A card invites to buy: not what cannot be bought, nor what has no price."""
    if product.status != ON:
        return Silence(f"「{product.title}」已经下架", (Held(key, "off_sale", product.title),))
    if facts.left <= 0:
        return Silence(f"「{product.title}」已经卖完", (Held(key, "sold_out", product.title),))
    if product.price_fen <= 0:
        return Silence(f"「{product.title}」没有价格", (Held(key, "no_price", product.title),))
    return None
