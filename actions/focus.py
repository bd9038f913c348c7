"""The product in question: named, else the link number, else on air, else the last one."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from actions.names import LAST_SKU
from actions.question import Question
from shop import catalogue
from shop.catalogue import Product


def product_in_question(session: Session, question: Question) -> Product | None:
    """The first product that the shop still knows, in the design's order of evidence.

    None too when the comment gives a link number that no product has: the price of whatever is
    on air would be a wrong answer to 99号链接多少钱.
    """
    if unknown_links(session, question) and not named(session, question):
        return None
    for sku in _evidence(session, question):
        product = known(session, sku)
        if product is not None:
            return product
    return None


def known(session: Session, sku: str) -> Product | None:
    """The product, or None: a lexicon or a page may name one that has since gone."""
    try:
        return catalogue.get(session, sku)
    except catalogue.UnknownProduct:
        return None


def ambiguous(session: Session, question: Question) -> tuple[Product, ...]:
    """Products between which a name in the comment does not decide; empty when it does.

    The one on air, or the one on the viewer's page, decides if it is among them.
    """
    for entity in question.entities:
        skus = entity.get("candidates") or ()
        if entity.get("entity") != "product" or len(skus) < 2:
            continue
        if question.values("link_no") or {question.on_air, question.page_sku} & set(skus):
            return ()
        found = (known(session, sku) for sku in skus)
        return tuple(product for product in found if product and product.status == "on")
    return ()


def named(session: Session, question: Question) -> tuple[Product, ...]:
    """Every product that this comment names, by name or link number, each once."""
    skus = [*question.values("product"), *_linked(session, question)]
    found = (known(session, sku) for sku in dict.fromkeys(skus))
    return tuple(product for product in found if product)


def unknown_links(session: Session, question: Question) -> list[int]:
    """Link numbers in this very comment that no product has today."""
    written = (e["value"] for e in question.entities if e.get("entity") == "link_no")
    numbers = dict.fromkeys(number for number in written if isinstance(number, int))
    return [number for number in numbers if catalogue.by_link(session, number) is None]


def _evidence(session: Session, question: Question) -> Iterator[str]:
    yield from _named_here(question)
    yield from _linked(session, question)
    # Inside a form the viewer answers about the product that the form was opened for, even
    # when the host has moved on to the next one.
    last = [question.slots.get(LAST_SKU)]
    live = [question.on_air, question.page_sku]
    yield from (sku for sku in (last + live if question.form else live + last) if sku)


def _named_here(question: Question) -> Iterator[str]:
    live = {question.on_air, question.page_sku}
    for entity in question.entities:
        if entity.get("entity") == "product":
            candidates = entity.get("candidates") or ()
            yield from (sku for sku in candidates if sku in live)
            yield str(entity.get("value"))


def _linked(session: Session, question: Question) -> list[str]:
    linked = (catalogue.by_link(session, number) for number in question.values("link_no"))
    return [product.sku for product in linked if product]
