"""Suggestions, each with the reason that is true of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from actions.answer import Answer, say
from actions.blocks import product_card
from actions.case import Case
from actions.focus import known
from actions.wishes import Wish, read
from recsys.embedding import encode
from recsys.profiles import Touch
from recsys.recommend import Query, Recommendation
from shop import events
from shop.catalogue import Product

SHOWN = 3
# Asked for beyond what is shown, since the database knows better than the fitted table what
# has sold out in the last minute.
SPARE = 5
HISTORY = 200


def recommend(case: Case) -> Answer | None:
    """Up to three products for what the viewer asks and has looked at; None when none is left."""
    recommender = case.desk.recommender
    if recommender is None:
        return None
    wish = read(case.question, recommender.items)
    query = _query(case)
    for constraints in dict.fromkeys(wish.looser()):
        found = recommender.recommend(replace(query, constraints=constraints), SHOWN + SPARE)
        offered = list(_on_sale(case, found))
        # "面霜" in the description of a serum ("搭配面霜使用") makes it no cream.
        proper = [pair for pair in offered if wish.is_kind(pair[0].title)]
        if offered:
            exact = constraints == wish.constraints and bool(proper)
            return _answer((proper or offered)[:SHOWN], wish, exact=exact)
    return None


def _query(case: Case) -> Query:
    question = case.question
    touched = events.of_viewer(case.session, question.viewer, HISTORY)
    return Query(
        history=tuple(Touch(e.sku, e.event, e.ts, e.value) for e in touched if e.sku),
        now=case.now,
        text=question.text,
        text_vector=encode([question.text])[0],
        on_air=question.on_air,
    )


def _on_sale(
    case: Case, found: Iterable[Recommendation]
) -> Iterable[tuple[Product, Recommendation]]:
    for recommendation in found:
        product = known(case.session, recommendation.sku)
        if product and product.status == "on" and product.stock > 0:
            yield product, recommendation


def _answer(offered: list[tuple[Product, Recommendation]], wish: Wish, *, exact: bool) -> Answer:
    wanted = "、".join(wish.said)
    if not exact:
        words = f"店里暂时没有完全符合「{wanted}」的，这几款比较接近，您看看～"
    elif wanted:
        words = f"按您说的「{wanted}」，给您挑了这几款～"
    else:
        words = "给您挑了这几款，看看喜不喜欢～"
    cards = (product_card(product, reason=chosen.reason) for product, chosen in offered)
    return say(words, "recommend").plus(*cards)
