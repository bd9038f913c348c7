"""What it costs now."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.blocks import product_card, yuan
from actions.case import Case
from actions.which_product import call
from shop.catalogue import Product


def price(case: Case) -> Answer | None:
    """The price, by variant where variants differ; None without a price to tell."""
    product = case.product
    if product is None or product.price_fen <= 0:
        return None
    if product.status != "on":
        return say(f"{call(product)}已经下架啦，暂时买不到～", "product")
    asked = f"{call(product)}现在{_amount(product)}"
    quantity = next(iter(case.question.values("quantity")), None)
    prices = offered_prices(product)
    if quantity and quantity > 1 and len(prices) == 1:
        asked += f"，{quantity}件一共{yuan(prices[0] * quantity)}"
    if product.list_price_fen and product.list_price_fen > product.price_fen:
        asked += f"（标价{yuan(product.list_price_fen)}）"
    return say(asked + "～", "product").plus(product_card(product))


def _amount(product: Product) -> str:
    prices = offered_prices(product)
    if len(prices) == 1:
        return yuan(prices[0])
    return f"{yuan(prices[0])}到{yuan(prices[-1])}，看您选哪个款式"


def offered_prices(product: Product) -> list[int]:
    """Distinct prices, lowest first; a variant in stock counts before one that is gone."""
    offered = [v for v in product.variants if v.stock > 0] or list(product.variants)
    return sorted({v.price_fen for v in offered if v.price_fen > 0} or {product.price_fen})
