"""The room in numbers, for the host: outcomes, reasons, who wants what is on air."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shop.names import DROPPED, OUTCOMES
from shop.rooms import Comment
from web.rooms.naming import display_name
from web.rooms.reasons import INTEREST, label

_REMEMBERED_ITEMS = 5000
# Of those who ask the same: names shown, viewers whose propensity is looked at.
_NAMES, _VIEWERS = 3, 20


@dataclass(slots=True)
class Askers:
    """Who stands behind one item of the host."""

    names: list[str] = field(default_factory=list)
    viewers: list[str] = field(default_factory=list)
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

    def asked(self, item: int, comments: Sequence[Comment]) -> None:
        """Those who wrote these comments stand behind an item of the host."""
        askers = self._items.setdefault(item, Askers())
        askers.count += len(comments)
        names = [display_name(comment) for comment in comments[:_VIEWERS]]
        askers.names = list(dict.fromkeys(askers.names + names))[:_NAMES]
        viewers = [comment.viewer for comment in comments[:_VIEWERS]]
        askers.viewers = list(dict.fromkeys(askers.viewers + viewers))[:_VIEWERS]
        while len(self._items) > _REMEMBERED_ITEMS:
            self._items.popitem(last=False)

    def behind(self, item: int) -> Askers:
        """Who stands behind an item; after a restart, one at least is known to have asked."""
        return self._items.get(item) or Askers(count=1)

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
