"""Two products side by side, by facts that both have."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import Answer, say
from actions.blocks import product_card, text, yuan
from actions.case import Case
from actions.focus import known, named
from actions.names import LAST_SKU
from actions.replies.attributes import SPEC, SUITABILITY, USAGE
from actions.suggesting.cards import cards, occasion_of
from actions.suggesting.suggest import Suggester
from actions.which_product import call
from recsys.recommend import Constraints
from shop.catalogue import Product

FACTS = 4


def compare(case: Case) -> Answer | None:
    """The named products, the second from the room, the page, the last one, or one alike."""
    pair = _pair(case)
    if len(pair) == 1:
        return _with_alike(case, pair[0]) or _ask_which()
    if not pair:
        return _ask_which()
    return _side_by_side(pair)


def _ask_which() -> Answer:
    return say("您想比较哪两款呀？报两个链接号就行，比如「1号和2号哪个好」～", "form")


def _with_alike(case: Case, product: Product) -> Answer | None:
    """Beside the one of its category that suits this viewer; None where there is no other."""
    recommender = case.desk.recommender
    if recommender is None or not product.category:
        return None
    occasion = replace(occasion_of(case), on_air=product.sku, k=1)
    suggester = Suggester(case.desk, case.session, occasion, recommender)
    found = suggester.suggest(Constraints(category=product.category), without=product.sku)
    if not found.items:
        return None
    answered = _side_by_side([product, found.items[0].product])
    told = text("您没说和哪款比，我拿同类目的一款一起比给您看～")
    blocks = (told, *answered.blocks[:-1], *cards(found))
    return replace(answered, blocks=blocks, impressions=found.impressions(occasion))


def _side_by_side(pair: list[Product]) -> Answer:
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
