"""Prompts: what waits for the host, in rows, by the score of web.rooms.ranking, each with its why.

The host taps these rows beside a running camera, so they keep their places: a row goes before
another only when it outranks it clearly. The page holds still while it is being touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from recsys.embedding.text import normalise
from shop.handoff import Item
from shop.shelf import Label
from web.rooms import ranking
from web.rooms.grouping import OWN_WORDS
from web.rooms.reasons import label
from web.rooms.tally import Tally

# More than this nobody reads during a show; the rest is counted.
SHOWN: Final = 30
# A row moves up past another when its score is higher by this.
MARGIN: Final = 0.5
_SAMPLES = 3
# Different words of these ask for different answers; "show me" in any words is one thing to do.
_APART = frozenset({"unknown_question", "unknown_fact", "assistant_failed", "assistant_down"})

Key = tuple[str, str, str, str]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Row:
    key: Key
    items: Sequence[Item]
    names: list[str]
    count: int
    score: float
    why: list[str]


class Prompts:
    """Makes the "prompt" message of one room, and remembers the order of its rows."""

    def __init__(
        self,
        tally: Tally,
        propensity: Callable[[str], float],
        on_air: Callable[[], str | None],
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._tally, self._propensity = tally, propensity
        self._on_air, self._clock = on_air, clock
        self._order: list[Key] = []

    def message(
        self, items: Sequence[Item], labels: Mapping[str, Label], hidden: int = 0
    ) -> dict[str, Any]:
        """Rows of open items (oldest first); `hidden` items beyond them are only counted."""
        grouped: dict[Key, list[Item]] = {}
        for item in items:
            grouped.setdefault(_key(item), []).append(item)
        now = self._clock()
        rows = {key: self._row(key, group, now) for key, group in grouped.items()}
        ranked = steady(self._order, {key: row.score for key, row in rows.items()})
        self._order = ranked
        beyond = sum(len(grouped[key]) for key in ranked[SHOWN:])
        shown = [_told(rows[key], labels) for key in ranked[:SHOWN]]
        return {"type": "prompt", "items": shown, "more": beyond + hidden}

    def _row(self, key: Key, items: Sequence[Item], now: datetime) -> _Row:
        behind = [self._tally.behind(item.pk) for item in items]
        first, count = items[0], sum(askers.count for askers in behind)
        viewers = {item.viewer for item in items}.union(*(askers.viewers for askers in behind))
        found = ranking.parts(
            askers=count,
            propensity=max((self._propensity(viewer) for viewer in viewers), default=0.0),
            waited=(now - first.opened_at).total_seconds(),
            on_air=first.sku is not None and first.sku == self._on_air(),
            intent=first.intent,
        )
        names = list(dict.fromkeys(name for askers in behind for name in askers.names))
        why = ranking.why(found, count, first.intent)
        return _Row(key, items, names[:_SAMPLES], count, sum(found.values()), why)


def steady(before: Sequence[Key], scores: Mapping[Key, float]) -> list[Key]:
    """The keys of `scores`, highest first, except that those of `before` swap only by MARGIN."""
    ranked = [key for key in before if key in scores]
    for place in range(1, len(ranked)):
        while place and scores[ranked[place]] > scores[ranked[place - 1]] + MARGIN:
            ranked[place - 1 : place + 1] = ranked[place], ranked[place - 1]
            place -= 1
    known = set(ranked)
    for key in sorted(scores, key=lambda key: -scores[key]):
        if key not in known:
            lower = (n for n, other in enumerate(ranked) if scores[other] < scores[key])
            ranked.insert(next(lower, len(ranked)), key)
    return ranked


def _key(item: Item) -> Key:
    apart = item.reason in _APART and (item.reason != "unknown_fact" or item.intent in OWN_WORDS)
    return (item.reason, item.intent, item.sku or "", normalise(item.text) if apart else "")


def _told(row: _Row, labels: Mapping[str, Label]) -> dict[str, Any]:
    first, newest = row.items[0], row.items[-1]
    product = labels.get(first.sku or "")
    return {
        "key": "|".join(row.key),
        "pks": [item.pk for item in row.items],
        "reason": first.reason,
        "label": label("handed_over", first.reason),
        "intent": first.intent,
        "sku": first.sku,
        "product": product and {"title": product.title, "link_no": product.link_no},
        "text": newest.text,
        "texts": list(dict.fromkeys(item.text for item in reversed(row.items)))[:_SAMPLES],
        "names": row.names,
        "count": row.count,
        "why": row.why,
        "opened_at": min(item.opened_at for item in row.items).isoformat(),
    }
