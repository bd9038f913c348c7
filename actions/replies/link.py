"""Where to buy: the link number, and how to order."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.blocks import product_card
from actions.case import Case
from actions.replies.cross_sell import with_cross_sell
from shop import policies


def link(case: Case) -> Answer | None:
    """The product's link number; None when it has none today."""
    product = case.product
    if product is None or product.status != "on" or not product.link_no:
        return None
    return say(f"「{product.title}」在{product.link_no}号链接～", "product").plus(
        product_card(product)
    )


def buy(case: Case) -> Answer | None:
    """A viewer who wants it: where it is, that it is still there, and what goes with it."""
    product = case.product
    if product is None:
        return _how(case)
    if product.status != "on" or product.stock <= 0:
        return say(f"「{product.title}」已经没货啦，可以问我要类似的推荐～", "stock")
    where = f"点{product.link_no}号链接就能拍" if product.link_no else "在小黄车里就能拍"
    told = say(f"好嘞，{where}，拍完我们尽快发货～", "product").plus(product_card(product))
    return with_cross_sell(case, told, product)


def _how(case: Case) -> Answer | None:
    words = policies.get_policy(case.session, "how_to_buy")
    return say(words, "rule") if words else None
