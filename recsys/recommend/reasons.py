"""Reasons for the viewer: one Chinese sentence each, saying only what was looked up.

No superlatives here: advertising law forbids them, and they would not be known to be true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from recsys.clock import epoch
from recsys.names import Event
from recsys.profiles import Touch
from recsys.recommend.constraints import Constraints, mentioned
from recsys.recommend.items import UNKNOWN_PRICE, ItemTable

DID: Final[Mapping[str, str]] = {
    Event.VIEW: "看过",
    Event.CLICK: "点开过",
    Event.DWELL: "停留看过",
    Event.LIKE: "点赞过",
    Event.COMMENT: "评论过",
    Event.SHARE: "分享过",
    Event.FOLLOW: "关注过",
    Event.CART: "加购过",
    Event.ORDER: "下单过",
    Event.PAY: "买过",
    Event.COUPON_VIEW: "看过优惠",
    Event.COUPON_CLAIM: "领过券",
    Event.COUPON_USE: "用券买过",
}
JUST_NOW_S: Final = 30 * 60
CLOSE_PRICE: Final = 0.2
TITLE_LENGTH: Final = 16
ON_SHELF: Final = "先给您看看店里正在卖的这款"


def quoted(title: str) -> str:
    """The title in Chinese quotes, shortened to what can be read at a glance."""
    short = title if len(title) <= TITLE_LENGTH else title[: TITLE_LENGTH - 1] + "…"
    return f"「{short or '这件商品'}」"


def alike(items: ItemTable, row: int, other: int) -> str:
    """What two items share: 同样是面霜且价格相近; what their texts share when nothing else does."""
    facts = []
    if items.categories[row] and items.categories[row] == items.categories[other]:
        facts.append(f"同样是{items.categories[row]}")
    if items.brands[row] and items.brands[row] == items.brands[other]:
        facts.append(f"同为{items.brands[row]}品牌")
    if _close_in_price(int(items.price_fen[row]), int(items.price_fen[other])):
        facts.append("价格相近")
    return "且".join(("、".join(facts[:-1]), facts[-1]) if facts[1:] else facts or ["介绍也相近"])


def _close_in_price(price: int, other: int) -> bool:
    if UNKNOWN_PRICE in (price, other):
        return False
    return abs(price - other) <= CLOSE_PRICE * max(price, other)


def from_touch(items: ItemTable, row: int, touch: Touch, now: datetime) -> str:
    """Because of an event on another item, or on this one."""
    when = "刚" if epoch(now) - epoch(touch.ts) <= JUST_NOW_S else "之前"
    done = f"您{when}{DID.get(touch.event, '看过')}"
    other = items.rows[touch.sku]
    if other == row:
        return f"{done}这款，现在还有货"
    return f"因为{done}{quoted(items.titles[other])}，这款{alike(items, row, other)}"


def from_air(items: ItemTable, row: int, on_air: int) -> str:
    """Because of the item that is being explained."""
    return f"和正在讲解的{quoted(items.titles[on_air])}{alike(items, row, on_air)}"


def from_question(
    items: ItemTable, row: int, constraints: Constraints, shared: Sequence[str] = ()
) -> str:
    """Because of what was asked: the conditions it satisfies and the words it mentions."""
    facts = _satisfied(constraints, items.texts[row], items.categories[row])
    words = "".join(f"「{word}」" for word in shared if not any(word in fact for fact in facts))
    if facts:
        mention = f"，介绍里也提到了{words}" if words else ""
        return f"您要的{'、'.join(facts)}，这款都对得上{mention}"
    return f"您提到的{words}，这款的介绍里也有" if words else "和您问的内容相近"


def _satisfied(constraints: Constraints, item_text: str, category: str) -> list[str]:
    facts = [category] if constraints.category else []
    if constraints.min_price_fen is not None:
        facts.append(f"{yuan(constraints.min_price_fen)}元以上")
    if constraints.max_price_fen is not None:
        facts.append(f"{yuan(constraints.max_price_fen)}元以内")
    facts += [option for word in constraints.words if (option := mentioned(item_text, word))]
    return facts


def from_crowd(buyers: int, watchers: int, recent: bool) -> str:
    """Because of how many bought it or looked at it."""
    when = "近期" if recent else "之前"
    if buyers:
        return f"{when}有{buyers}位顾客下单了这款"
    if watchers:
        return f"{when}有{watchers}位观众看过这款"
    return ON_SHELF


def from_viewers(items: ItemTable, touch: Touch, together: int) -> str:
    """Because viewers of a touched item looked at this one as well: counted, not estimated."""
    other = quoted(items.titles[items.rows[touch.sku]])
    return f"看过{other}的顾客里有{together}位也看过这款"


def from_orders(items: ItemTable, bought: int, together: int) -> str:
    """Because orders of an item held this one as well: 买了这件的还买了."""
    return f"买{quoted(items.titles[bought])}的订单里有{together}单也买了这款"


def from_estimate(items: ItemTable, touch: Touch) -> str:
    """Because a model estimates it from the history, without a pair of items to point to."""
    other = quoted(items.titles[items.rows[touch.sku]])
    return f"从您{DID.get(touch.event, '看过')}的{other}等商品推算，这款您可能也感兴趣"


def yuan(fen: int) -> str:
    """20000 → 200, 19950 → 199.5."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".")
