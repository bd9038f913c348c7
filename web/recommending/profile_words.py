"""A viewer's profile in plain sentences, for the owner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from recsys.clock import epoch
from recsys.profiles import Act, ItemProfiles, Portrait
from recsys.profiles import told as portrait_told
from recsys.recommend import ItemTable
from shop import events, offering, orders, purchases
from shop.events import Event
from shop.impressions import GIVEN_BACK

HISTORY = 500
MOST = 3
DONE = {
    "view": "浏览", "click": "点开", "dwell": "停留", "like": "点赞", "comment": "评论",
    "share": "分享", "follow": "关注", "cart": "加购", "order": "下单", "pay": "付款",
    "refund": "退款", "coupon_view": "看券", "coupon_claim": "领券", "coupon_use": "用券",
}  # fmt: skip
STRANGER = "店里还不了解这位观众：没有浏览、点击或购买记录，先按大家喜欢的来推荐。"


def told(session: Session, viewer: str, shelf: ItemTable | None, now: datetime) -> list[str]:
    """One sentence each: what they like, pay, bought and own; one that nothing is known.

    `shelf` holds the items that the recommender knows; without one, only what they did is told.
    """
    seen = [e for e in events.of_viewer(session, viewer, HISTORY) if e.ts <= now]
    acts = sorted(_acts(session, viewer, seen), key=lambda act: act.ts)
    if not acts:
        return [STRANGER]
    items = ItemProfiles.of(shelf or ItemTable.empty())
    portrait = Portrait.of(acts, items, epoch(now))
    return [*_did(seen), *portrait_told(portrait, now), *_owned(session, viewer, seen)]


def _did(seen: list[Event]) -> list[str]:
    counts = Counter(event.event for event in seen).most_common(MOST)
    done = "、".join(f"{DONE.get(kind, kind)} {count} 次" for kind, count in counts)
    return [f"做过：{done}。"] if done else []


def _acts(session: Session, viewer: str, seen: list[Event]) -> Iterator[Act]:
    """The events, and those orders of which no event tells."""
    reported = {event.sku for event in seen if event.event in purchases.BOUGHT}
    for event in seen:
        yield Act(event.event, epoch(event.ts), event.sku or "", event.value, event.event_id)
    for order in orders.of_viewer(session, viewer, HISTORY):
        if order.sku in reported:
            continue
        yield Act("pay", epoch(order.ts), order.sku)
        if order.status in GIVEN_BACK:
            yield Act("refund", epoch(order.ts), order.sku)


def _owned(session: Session, viewer: str, seen: list[Event]) -> list[str]:
    bought = purchases.kept(session, viewer, seen)
    latest = sorted(bought, key=lambda sku: bought[sku], reverse=True)[:MOST]
    if not latest:
        return []
    known = offering.many(session, set(latest))
    names = "、".join(f"「{known[sku].title}」" if sku in known else sku for sku in latest)
    return [f"最近买的是{names}。"]
