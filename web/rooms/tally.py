"""The room in numbers, for the host: outcomes, reasons, who wants what is on air."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shop.handoff import Item
from shop.names import DROPPED, OUTCOMES
from web.rooms import ranking
from web.rooms.reasons import INTEREST, label

_REMEMBERED_ITEMS = 5000
_SAMPLES = 3


@dataclass(slots=True)
class Askers:
    """Who stands behind one item of the host."""

    names: list[str] = field(default_factory=list)
    count: int = 0


class Tally:
    """Counts decisions. Outcomes are counted since ever, reasons and interest since the start."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.accepted = counts.get("accepted", 0)
        self.outcomes = Counter({kind: counts.get(kind, 0) for kind in OUTCOMES})
        self.reasons: Counter[str] = Counter()
        self.interest: Counter[str | None] = Counter()
        self._items: OrderedDict[int, Askers] = OrderedDict()

    def decided(self, kind: str, reason: str, on_air: str | None) -> None:
        """One comment has its outcome."""
        self.outcomes[kind] += 1
        if kind == DROPPED:
            self.reasons[reason] += 1
            if reason in INTEREST:
                self.interest[on_air] += 1

    def asked(self, item: int, names: Sequence[str]) -> None:
        """These viewers stand behind an item of the host."""
        askers = self._items.setdefault(item, Askers())
        askers.count += len(names)
        askers.names = list(dict.fromkeys(askers.names + list(names)))[:_SAMPLES]
        while len(self._items) > _REMEMBERED_ITEMS:
            self._items.popitem(last=False)

    def counts(self, on_air: str | None) -> dict[str, Any]:
        """The "counts" message."""
        decided = sum(self.outcomes.values())
        questions = decided - self.outcomes[DROPPED]
        reasons = [
            {"reason": code, "label": label(DROPPED, code), "count": count}
            for code, count in self.reasons.most_common()
        ]
        return {
            "type": "counts",
            "accepted": self.accepted,
            "comments": self.accepted,
            "questions": questions,
            "pending": max(0, self.accepted - decided),
            **{kind: self.outcomes[kind] for kind in OUTCOMES},
            "dropped_by": reasons,
            "on_air": on_air,
            "interest": self.interest[on_air],
        }

    def prompt(self, items: Sequence[Item]) -> dict[str, Any]:
        """The "prompt" message: open items, those about the same together, weightiest first."""
        grouped: dict[tuple[str, str, str | None], list[Item]] = {}
        for item in items:
            grouped.setdefault((item.reason, item.intent, item.sku), []).append(item)
        rows = [self._row(group) for group in grouped.values()]
        rows.sort(key=lambda row: (-_weight(row["count"], row["intent"]), row["opened_at"]))
        return {"type": "prompt", "items": rows}

    def _row(self, group: Sequence[Item]) -> dict[str, Any]:
        # After a restart only the items are known: each has one asker at least.
        behind = [self._items.get(item.pk, Askers(count=1)) for item in group]
        names = [name for askers in behind for name in askers.names]
        first = group[0]
        return {
            "pks": [item.pk for item in group],
            "reason": first.reason,
            "label": label("handed_over", first.reason),
            "intent": first.intent,
            "sku": first.sku,
            "text": group[-1].text,
            "texts": list(dict.fromkeys(item.text for item in reversed(group)))[:_SAMPLES],
            "names": list(dict.fromkeys(names))[:_SAMPLES],
            "count": sum(askers.count for askers in behind),
            "opened_at": min(item.opened_at for item in group).isoformat(),
        }


def _weight(count: int, intent: str) -> float:
    # The score without waiting time: rows that change places by themselves are tapped wrongly.
    return ranking.score(askers=count, propensity=0.0, waited=0.0, on_air=False, intent=intent)
