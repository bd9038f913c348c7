"""Suggestions, each with the reason that is true of it."""

from __future__ import annotations

from dataclasses import replace

from actions.answer import Answer, say
from actions.case import Case
from actions.suggesting.cards import cards, occasion_of
from actions.suggesting.suggest import Suggester, Suggestion
from actions.wishes import Wish, read
from recsys.embedding import encode


def recommend(case: Case) -> Answer | None:
    """Products for what the viewer asks, has looked at, and what the room is about.

    None when none is left that may be shown.
    """
    recommender = case.desk.recommender
    if recommender is None:
        return None
    text = case.question.text
    occasion = replace(occasion_of(case), text=text, text_vector=encode([text])[0])
    suggester = Suggester(case.desk, case.session, occasion, recommender)
    wish = read(case.question, recommender.items)
    for constraints in dict.fromkeys(wish.looser()):
        # "面霜" in the description of a serum ("搭配面霜使用") makes it no cream.
        found = suggester.suggest(constraints, wish.is_kind)
        if found.items:
            proper = any(wish.is_kind(one.product.title) for one in found.items)
            exact = constraints == wish.constraints and proper
            kept = found.impressions(occasion)
            return replace(_answer(found, wish, exact=exact), impressions=kept)
    return None


def _answer(found: Suggestion, wish: Wish, *, exact: bool) -> Answer:
    wanted = "、".join(wish.said)
    if not exact:
        words = f"店里暂时没有完全符合「{wanted}」的，这几款比较接近，您看看～"
    elif wanted:
        words = f"按您说的「{wanted}」，给您挑了这几款～"
    else:
        words = "给您挑了这几款，看看喜不喜欢～"
    return say(words, "recommend").plus(*cards(found))
