"""Two products side by side, by facts that both have."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.blocks import product_card, yuan
from actions.case import Case
from actions.focus import known, named
from actions.names import LAST_SKU
from actions.replies.attributes import SPEC, SUITABILITY, USAGE
from actions.which_product import call
from shop.catalogue import Product

FACTS = 4


def compare(case: Case) -> Answer | None:
    """The named products, the second filled from the room, the page or the last one."""
    pair = _pair(case)
    if len(pair) < 2:
        return say("您想比较哪两款呀？报两个链接号就行，比如「1号和2号哪个好」～", "form")
    first, second = pair
    lines = [
        f"{call(product)}「{product.title}」{yuan(product.price_fen)}，{_facts(product, pair)}"
        for product in (first, second)
    ]
    return say("\n".join(lines), "compare").plus(product_card(first), product_card(second))


def _pair(case: Case) -> list[Product]:
    products = list(named(case.session, case.question))
    question = case.question
    for sku in (question.on_air, question.page_sku, question.slots.get(LAST_SKU)):
        product = known(case.session, sku) if sku else None
        if product and product.sku not in {p.sku for p in products}:
            products.append(product)
    return products[:2]


def _facts(product: Product, pair: list[Product]) -> str:
    names = (*SUITABILITY, *SPEC, *USAGE)
    # Facts that both state come first: those are what differ, not what one left out.
    shared = [n for n in names if all(p.attributes.get(n) for p in pair)]
    own = [n for n in names if product.attributes.get(n) and n not in shared]
    told = [f"{n}：{product.attributes[n]}" for n in (shared + own)[:FACTS]]
    return "；".join(told) if told else (product.description or "其他参数店里没有写")
