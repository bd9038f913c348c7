"""What would be recommended to a viewer now, and why: for the owner's eyes, nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from actions.desk import Desk
from actions.suggesting.occasion import Occasion
from actions.suggesting.suggest import Suggested, Suggester, Suggestion
from recsys.ranking import PARTS, Dropped
from shop import offering, rooms
from web.recommending.profile_words import told

# A shop may hide hundreds; the first tell what the rule does.
DROPPED_SHOWN = 30
RULE_TITLES = {
    "sold_out": "已售罄",
    "off_shelf": "已下架",
    "hide": "您设了不推荐这件",
    "hide_category": "您设了不推荐这个类目",
    "bought": "这位观众买过，这个类目用不完不再推荐",
    "due": "这位观众买过，还没到补货期",
    "price_min": "低于您设的最低价",
    "price_max": "高于您设的最高价",
    "category_cap": "同类目已经够多",
    "brand_cap": "同品牌已经够多",
    "pin": "您设了置顶",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom, and in which circumstances. `public`: as in a room, where others read along."""

    viewer: str
    room: str | None = None
    on_air: str | None = None
    stay_s: float | None = None
    public: bool = False


def preview(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The list with its breakdown, what rules kept out, the room, and the profile in words."""
    with desk.database.read() as session:
        recommender = desk.recommender
        shelf = recommender.items if recommender else None
        profile = told(session, asked.viewer, shelf, desk.clock())
        if recommender is None:
            return {"ready": False, "profile": profile, "items": [], "dropped": []}
        occasion = Occasion(
            asked.viewer,
            desk.clock(),
            personal=not asked.public,
            room=asked.room,
            on_air=asked.on_air or _on_air(session, asked.room),
            stayed_s=asked.stay_s or 0.0,
        )
        found = Suggester(desk, session, occasion, recommender).suggest()
        titles = offering.many(session, [one.sku for one in found.dropped[:DROPPED_SHOWN]])
    return {
        "ready": True,
        "profile": profile,
        "items": [_item(one) for one in found.items],
        "dropped": [_dropped(one, titles) for one in found.dropped[:DROPPED_SHOWN]],
        "dropped_count": len(found.dropped),
        "policy": found.policy,
        "moment": _moment(found),
    }


def _on_air(session: Session, room: str | None) -> str | None:
    if not room:
        return None
    rooms.known_room(session, room)
    return rooms.on_air(session, room)


def _item(one: Suggested) -> dict[str, Any]:
    return {
        "sku": one.product.sku,
        "title": one.product.title,
        "category": one.product.category,
        "price_fen": one.product.price_fen,
        "stock": one.product.stock,
        "link_no": one.product.link_no,
        "reason": one.shown.reason,
        "score": round(one.shown.score, 4),
        "propensity": round(one.shown.propensity, 4),
        "drawn": one.shown.drawn,
        "rules": [RULE_TITLES[rule] for rule in one.shown.rules],
        "parts": [
            {
                "name": part.name,
                "title": PARTS[part.name].title,
                "value": round(part.value, 3),
                "weight": part.weight,
                "points": round(part.points, 4),
            }
            for part in one.shown.parts
            if part.points
        ],
    }


def _dropped(one: Dropped, known: dict[str, offering.Offered]) -> dict[str, Any]:
    title = known[one.sku].title if one.sku in known else one.sku
    return {"sku": one.sku, "title": title, "rule": RULE_TITLES[one.rule]}


def _moment(found: Suggestion) -> dict[str, Any]:
    moment, step = found.moment, found.step
    return {
        "on_air": moment.on_air,
        "on_air_title": moment.on_air_title,
        "clicks": _most(moment.clicks.items()),
        "questions": _most(moment.questions.items()),
        "stay_s": round(moment.stay_s),
        "k": step.k,
        "explore": step.explore,
    }


def _most(counts: Any) -> Sequence[tuple[str, int]]:
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:5]
