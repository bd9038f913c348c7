"""Asking back which product is meant, when neither the comment nor the room tells."""

from __future__ import annotations

from actions.answer import Answer, say
from actions.blocks import quick_replies
from actions.case import Case
from actions.focus import ambiguous, unknown_links
from actions.names import PENDING_INTENT
from shop import catalogue
from shop.catalogue import Product

CHOICES = 5


def ask_back(case: Case) -> Answer | None:
    """A question with buttons, or None when the product in question is clear."""
    rivals = ambiguous(case.session, case.question)
    if len(rivals) > 1:
        return _ask(case, f"有{len(rivals)}款都叫这个名字，您问的是哪一款呀？", rivals)
    if case.product is not None:
        return None
    linked = [p for p in catalogue.listed(case.session) if p.link_no and p.stock > 0]
    linked.sort(key=lambda product: product.link_no or 0)
    missing = unknown_links(case.session, case.question)
    told = f"今天没有{missing[0]}号链接哦～" if missing else ""
    return _ask(case, f"{told}您问的是哪一款呀？报一下几号链接或者商品名就行～", linked)


def call(product: Product) -> str:
    """What to call a product in a short sentence: its link number where it has one."""
    return f"{product.link_no}号链接" if product.link_no else f"「{product.title}」"


def _ask(case: Case, text: str, products: list[Product] | tuple[Product, ...]) -> Answer:
    asked = say(text, "form").remember(**{PENDING_INTENT: case.question.intent})
    buttons = [call(product) for product in products[:CHOICES]]
    return asked.plus(quick_replies(buttons)) if buttons else asked
