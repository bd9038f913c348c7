"""The values of the variables, from the shop's own facts, read at the moment of saying."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from actions.blocks import yuan
from actions.replies.price import offered_prices
from actions.replies.stock import pieces_left
from shop import catalogue, coupons, policies, room_questions, room_shows, room_variables
from shop.catalogue import ON, Product, Variant
from web.rooms.proactive.contract import Held, Scene, Silence
from web.rooms.proactive.repeated import wording
from web.rooms.reasons import PERSONAL

ASKED_WINDOW = timedelta(minutes=10)
# A variant is scarce from here on, unless the owner's own threshold says otherwise.
SCARCE, SCARCE_NAMED = 3, 3
_CAMPAIGNS = 2
# Longer than this nobody reads from a picture.
MAX_SAID = 300
_LONGEST_POINT = 30
# What tells a product apart at a glance, before what its table happens to begin with.
_POINTS = ("卖点", "特点", "功能", "材质", "成分", "适合肤质", "规格")


class Facts:
    """What the shop knows about one scene; each fact is read at most once."""

    def __init__(self, session: Session, scene: Scene) -> None:
        self._session, self._scene = session, scene

    def value(self, name: str) -> str | None:
        """The value of a variable; None where the shop has none."""
        return FACTS[name](self) or None

    @cached_property
    def product(self) -> Product | None:
        """The product on air, if it is on sale."""
        on_air = room_shows.on_air(self._session, self._scene.room)
        product = catalogue.get(self._session, on_air.sku) if on_air else None
        return product if product is not None and product.status == ON else None

    @property
    def left(self) -> int:
        """Pieces of the product on air that can be bought."""
        return pieces_left(self.product, self.product.variants) if self.product else 0

    def of_product(self, fact: Callable[[Product], str | None]) -> str | None:
        """A fact about the product on air."""
        return fact(self.product) if self.product else None

    def policy(self, name: str) -> str | None:
        """The owner's own words."""
        return policies.get_policy(self._session, name)

    def offers(self) -> str | None:
        """Public campaigns that the product on air takes part in; without one, those for all."""
        running = [c for c in coupons.running(self._session, self._scene.now) if c.public]
        if self.product is not None:
            fitting = [c for c in running if coupons.eligible(c, self.product)]
        else:
            fitting = [c for c in running if c.sku is None and c.category is None]
        return "、".join(campaign.title for campaign in fitting[:_CAMPAIGNS])

    def asked(self) -> str | None:
        """The question asked most in the last minutes, in a viewer's words that can be shown."""
        since = self._scene.now - ASKED_WINDOW
        found = room_questions.most_asked(self._session, self._scene.room, since, 5)
        public = (one for one in found if one.intent not in PERSONAL)
        return next(filter(None, (wording(one) for one in public)), None)

    def askers(self) -> str | None:
        """How many asked something in the last minutes."""
        since = self._scene.now - ASKED_WINDOW
        count = room_questions.askers(self._session, self._scene.room, since)
        return str(count) if count else None

    def minute(self) -> str | None:
        """The minute of the show."""
        show = self._scene.show
        return str(show.minute(self._scene.now)) if show else None


FACTS: Mapping[str, Callable[[Facts], str | None]] = {
    "商品": lambda facts: facts.of_product(lambda p: p.title),
    "简称": lambda facts: facts.of_product(lambda p: next(iter(p.aliases), None)),
    "价格": lambda facts: facts.of_product(price),
    "原价": lambda facts: facts.of_product(list_price),
    "立省": lambda facts: facts.of_product(saving),
    "链接": lambda facts: facts.of_product(lambda p: f"{p.link_no}号链接" if p.link_no else None),
    "库存": lambda facts: str(facts.left) if facts.left > 0 else None,
    "紧张规格": lambda facts: facts.of_product(lambda p: scarce(p.variants)),
    "卖点": lambda facts: facts.of_product(selling_point),
    "品牌": lambda facts: facts.of_product(lambda p: p.brand),
    "优惠": Facts.offers,
    "发货时间": lambda facts: facts.policy("shipping_time"),
    "运费": lambda facts: facts.policy("shipping_fee"),
    "快递": lambda facts: facts.policy("courier"),
    "退换": lambda facts: facts.policy("return"),
    "赠品": lambda facts: facts.policy("gift"),
    "店名": lambda facts: facts.policy("shop_name"),
    "在线问题": Facts.asked,
    "提问人数": Facts.askers,
    "开播分钟": Facts.minute,
}


def worded(
    session: Session, scene: Scene, text: str, own: Mapping[str, str] | None = None, key: str = ""
) -> str | Silence:
    """The text with its values; a variable without one holds it. `own` are the kind's own."""
    facts, values = Facts(session, scene), dict(own or {})
    for name in room_variables.used(text):
        if name in FACTS and name not in values and (value := facts.value(name)) is not None:
            values[name] = value
    filled = room_variables.fill(text, values)
    if filled.missing:
        names = "、".join(filled.missing)
        held = Held(key, f"missing:{names}", text)
        return Silence(f"「{names}」现在没有值，整条不说", (held,))
    if len(filled.text) > MAX_SAID:
        return Silence(
            f"填好后有 {len(filled.text)} 个字，超过 {MAX_SAID}", (Held(key, "too_long", text),)
        )
    return filled.text


def price(product: Product) -> str | None:
    """What it costs now; from the lowest on, where variants differ."""
    offered = [fen for fen in offered_prices(product) if fen > 0]
    if not offered:
        return None
    return yuan(offered[0]) + ("起" if len(offered) > 1 else "")


def scarce(variants: tuple[Variant, ...], below: int = SCARCE) -> str | None:
    """The variants of which few are left, the scarcest first; a lone variant is the product."""
    few = sorted((v for v in variants if 0 < v.stock <= below), key=lambda v: v.stock)
    if len(variants) < 2:
        return None
    return "、".join(f"{v.variant}剩{v.stock}件" for v in few[:SCARCE_NAMED])


def selling_point(product: Product) -> str | None:
    """One attribute that says what it is, cut at a comma where it is long."""
    named = {name: value.strip() for name, value in product.attributes.items() if value.strip()}
    first = next((name for name in _POINTS if name in named), None)
    name = first or next((name for name in named if not name.startswith("不")), None)
    if name is None:
        return None
    value = named[name]
    for sign in "；;。，,":
        if len(value) > _LONGEST_POINT:
            value = value.split(sign)[0]
    return f"{name}：{value}" if len(value) <= _LONGEST_POINT else None


def list_price(product: Product) -> str | None:
    """The price that is struck out, where it is above the price."""
    return yuan(product.list_price_fen or 0) if _above(product) else None


def saving(product: Product) -> str | None:
    """The list price less the price."""
    return yuan(_above(product)) if _above(product) else None


def _above(product: Product) -> int:
    """By how much the list price is above the price, in fen; 0 where it is not."""
    lowest, listed = offered_prices(product), product.list_price_fen or 0
    # Where variants differ, "saves 50" would be true of some only.
    return max(0, listed - lowest[0]) if len(lowest) == 1 and lowest[0] > 0 else 0
