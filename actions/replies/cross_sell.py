"""买了这件的还买了…: after a viewer wants something, what its buyers really bought, too."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import Answer
from actions.blocks import text
from actions.case import Case
from actions.suggesting.cards import cards, occasion_of
from actions.suggesting.suggest import Suggester
from shop import impressions
from shop.catalogue import Product


def with_cross_sell(case: Case, answered: Answer, product: Product) -> Answer:
    """The answer, with products that were bought together with this one, if there are any."""
    recommender, pairs = case.desk.recommender, case.desk.cross_sell.after(product.sku)
    if recommender is None or not pairs:
        return answered
    # On the picture of a room there is no space for more.
    k = 1 if case.question.in_room else None
    occasion = replace(occasion_of(case, impressions.CROSS_SELL), k=k)
    suggester = Suggester(case.desk, case.session, occasion, recommender)
    found = suggester.cross_sell(product, pairs)
    if not found.items:
        return answered
    added = answered.plus(text("买了这件的顾客还买了："), *cards(found))
    return replace(added, impressions=answered.impressions + found.impressions(occasion))
