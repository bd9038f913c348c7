"""The sentence under an item: of the part that spoke most for it, as far as that part may speak.

Margin, stock and freshness never speak: they are the owner's business, or stand on the card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from recsys.ranking.moment import Moment
from recsys.ranking.parts import Part
from recsys.recommend.reasons import ON_SHELF, quoted

PINNED: Final = "店家主推的这款，先给您看看"


def reason_for(
    sku: str, parts: Sequence[Part], moment: Moment, recommended: str, pinned: bool
) -> str:
    """The recommender's sentence, unless there is something better to say of the item.

    A purchase that is due and real co-purchases go before it; what happens in the room, and that
    the shop pins the item, are said where the recommender had no evidence of its own.
    """
    loudest = max(
        (part for part in parts if part.name in _SAID and part.points > 0),
        key=lambda part: part.points,
        default=None,
    )
    if loudest is not None and (loudest.name in _ALWAYS or recommended in ("", ON_SHELF)):
        return _SAID[loudest.name](sku, moment)
    if pinned and recommended in ("", ON_SHELF):
        return PINNED
    return recommended or ON_SHELF


def _due(sku: str, moment: Moment) -> str:
    return f"您上次买这款是{moment.bought_days[sku]:.0f}天前，用得差不多可以补货了"


def _clicks(sku: str, moment: Moment) -> str:
    return f"这几分钟直播间有{moment.clicks[sku]}位观众点开了这款"


def _questions(sku: str, moment: Moment) -> str:
    return f"这几分钟直播间有{moment.questions[sku]}位观众在问这款"


def _together(sku: str, moment: Moment) -> str:
    buyers = moment.together_buyers.get(sku, 0)
    return f"买过{quoted(moment.on_air_title)}的顾客里，有{buyers}位也买了这款"


_SAID: Final[Mapping[str, Callable[[str, Moment], str]]] = {
    "due": _due,
    "clicks": _clicks,
    "questions": _questions,
    "together": _together,
}
_ALWAYS: Final = frozenset({"due", "together"})
