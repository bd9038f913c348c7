"""Which size to take, from the size chart."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.case import Case
from actions.which_product import call
from shop.catalogue import Product
from shop.sizing import BETWEEN, SizeAdvice, advise


def size(case: Case) -> Answer | None:
    """Advice by height (cm) and weight (kg); None without a chart, or without both."""
    product = case.product
    height, weight = case.question.value("height"), case.question.value("weight")
    if product is None:
        return None
    if not product.sizes:
        return _written(product)
    if height is None or weight is None:
        return say("报一下您的身高和体重，我帮您看穿什么码～", "form")
    advice = advise(product, float(height), float(weight))
    body = f"身高{float(height):g}cm、体重{float(weight) * 2:g}斤"
    return say(f"{call(product)}，{body}：{_words(advice)}", "size_chart")


def _written(product: Product) -> Answer | None:
    """Shoes and the like go by the owner's own words, not by height and weight."""
    words = product.attributes.get("尺码建议")
    return say(f"{call(product)}{words}", "product") if words else None


def _words(advice: SizeAdvice) -> str:
    if advice.size is None:
        return "这款的尺码表里没有合适的码，建议先不要拍哦～"
    words = f"建议{advice.size}码"
    if advice.reason == BETWEEN:
        words += "（在两个码之间，选大的更稳妥）"
    if not advice.in_stock:
        words += "，不过这个码现在卖完了"
    if advice.alternatives:
        also = "、".join(f"{size}码" for size in advice.alternatives)
        words += f"，{also}也有货" if advice.in_stock else f"，{also}有货可以看看"
    return words + "～"
