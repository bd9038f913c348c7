"""How few are left of the product on air: told once when the stock falls to the owner's number."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from actions.blocks import text
from shop.catalogue import Product
from shop.proactive_settings import LOW_STOCK, Setting
from web.rooms.proactive.contract import Plain, Proposal, Scene, Silence
from web.rooms.proactive.facts import Facts, scarce, worded

_REMEMBERED = 1000


class LowStock(Plain):
    """Remembers where each product's stock is heading, and whether it was above the number."""

    name = LOW_STOCK

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._rising: set[str] = set()
        # When a product's stock was last seen above the number.
        self._above_at: dict[str, datetime] = {}

    def propose(self, session: Session, scene: Scene, setting: Setting) -> Proposal | Silence:
        """How few are left; true when it is said, since it is asked within that transaction."""
        facts = Facts(session, scene)
        if (product := facts.product) is None:
            return Silence("现在没有在讲的商品，或者已经下架")
        left, below = facts.left, setting["below"]
        self._observe(product.sku, left, below, scene.now)
        if left <= 0:
            return Silence("已经卖完，不催单")
        if not scene.forced and (why := self._why_not(product, left, below, scene)):
            return Silence(why)
        few = scarce(product.variants, below)
        said = worded(
            session, scene, setting.text, {"紧张规格": few} if few else None, key=product.sku
        )
        return said if isinstance(said, Silence) else Proposal(product.sku, (text(said),))

    def _observe(self, sku: str, left: int, below: int, now: datetime) -> None:
        if len(self._last) > _REMEMBERED:
            self._last.clear()
        before = self._last.get(sku, left)
        if left > before:
            self._rising.add(sku)
        elif left < before:
            self._rising.discard(sku)
        if left > below:
            self._above_at[sku] = now
        self._last[sku] = left

    def _why_not(self, product: Product, left: int, below: int, scene: Scene) -> str | None:
        if left > below:
            return f"还有 {left} 件，高于 {below} 件"
        if product.sku in self._rising:
            return "库存正在往上走，不催单"
        said = scene.said_of(LOW_STOCK, product.sku)
        above_at = self._above_at.get(product.sku)
        if said and (above_at is None or above_at <= said[-1].at):
            return "降下来时已经说过，补货后再降才会再说"
        return None
