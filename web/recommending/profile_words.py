"""A viewer's profile in plain sentences, for the owner."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from recsys.clock import epoch
from recsys.profiles import touch_weight
from recsys.profiles.interest import HALF_LIFE_S, decay
from recsys.recommend.reasons import yuan
from shop import events, offering, purchases
from shop.events import Event
from shop.offering import Offered

HISTORY = 500
MOST = 3
DONE = {
    "view": "浏览", "click": "点开", "dwell": "停留", "like": "点赞", "comment": "评论",
    "share": "分享", "follow": "关注", "cart": "加购", "order": "下单", "pay": "付款",
    "refund": "退款", "coupon_view": "看券", "coupon_claim": "领券", "coupon_use": "用券",
}  # fmt: skip


def told(session: Session, viewer: str, now: datetime) -> list[str]:
    """One sentence each: what they did, like, pay, and own; one that nothing is known."""
    seen = [e for e in events.of_viewer(session, viewer, HISTORY) if e.ts <= now]
    bought = purchases.kept(session, viewer, seen)
    if not seen and not bought:
        return ["店里还不了解这位观众：没有浏览、点击或购买记录，先按大家喜欢的来推荐。"]
    skus = {event.sku for event in seen if event.sku} | set(bought)
    known = offering.many(session, skus)
    sentences = [_activity(seen, now), _interests(seen, known, now), _prices(seen, known)]
    return [sentence for sentence in (*sentences, _owned(bought, known)) if sentence]


def _activity(seen: list[Event], now: datetime) -> str:
    if not seen:
        return ""
    counts = Counter(event.event for event in seen).most_common(MOST)
    did = "、".join(f"{DONE.get(kind, kind)} {count} 次" for kind, count in counts)
    days = (now - max(event.ts for event in seen)).days
    return f"做过：{did}；最近一次在{f' {days} 天前' if days else '今天'}。"


def _interests(seen: list[Event], known: dict[str, Offered], now: datetime) -> str:
    """Categories and brands by interest, decayed as the recommender does."""
    kinds: Counter[str] = Counter()
    brands: Counter[str] = Counter()
    for event in seen:
        one = known.get(event.sku or "")
        if one is not None:
            age = np.array([epoch(now) - epoch(event.ts)])
            weight = touch_weight(event.event, event.value) * float(decay(age, HALF_LIFE_S)[0])
            kinds[one.category] += weight  # type: ignore[assignment]
            brands[one.brand] += weight  # type: ignore[assignment]
    liked = _shares(kinds)
    if not liked:
        return ""
    fond = _shares(brands)
    return f"喜欢的类目：{liked}" + (f"；品牌：{fond}。" if fond else "。")


def _shares(counts: Counter[str]) -> str:
    whole = sum(counts.values())
    named = [(name, weight / whole) for name, weight in counts.most_common(MOST) if name and weight]
    return "、".join(f"{name}（{share:.0%}）" for name, share in named)


def _prices(seen: list[Event], known: dict[str, Offered]) -> str:
    prices = sorted(known[e.sku].price_fen for e in seen if e.sku and e.sku in known)
    if len(prices) < 3:
        return ""
    low, high = np.percentile(prices, [25, 75])
    return f"常看的价位：{yuan(int(low))} 到 {yuan(int(high))} 元。"


def _owned(bought: dict[str, datetime], known: dict[str, Offered]) -> str:
    latest = sorted(bought, key=lambda sku: bought[sku], reverse=True)[:MOST]
    if not latest:
        return "还没有在店里买过。"
    names = "、".join(f"「{known[sku].title}」" if sku in known else sku for sku in latest)
    return f"买过 {len(bought)} 种，最近是{names}。"
