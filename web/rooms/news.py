"""What was decided a moment ago, comment by comment, for the pages of host and owner."""

from __future__ import annotations

from collections import deque
from typing import Any

from shop.names import DROPPED
from shop.rooms import Comment, Decided
from web.rooms.ledger import Decision, Written
from web.rooms.reasons import label

# In one tick a page can show no more than this; chatter beyond it is only counted.
_AT_ONCE = 100
_REMEMBERED = 200


class News:
    """Collects "outcome" messages until the next tick, and remembers the newest comments."""

    def __init__(self) -> None:
        self._untold: list[dict[str, Any]] = []
        self._numbers: deque[int] = deque(maxlen=_REMEMBERED)

    def tell(self, decision: Decision, written: Written) -> None:
        """A decision is on disk."""
        answer = decision.answer
        # The host's screen may be seen by the camera: a private answer stays off it.
        text = answer.text if answer is not None and answer.public else None
        for one in decision.outcomes:
            self._numbers.append(one.comment.pk)
            if one.kind == DROPPED and len(self._untold) >= _AT_ONCE:
                continue
            outcome = {
                "kind": one.kind,
                "reason": one.reason,
                "label": label(one.kind, one.reason),
                "answer_pk": written.answer_pk,
            }
            row = {"comment": comment_row(one.comment), "outcome": outcome, "answer_text": text}
            self._untold.append({"type": "outcome", **row})

    def take(self) -> list[dict[str, Any]]:
        """The messages since the last call."""
        told, self._untold = self._untold, []
        return told

    def before_newest(self, count: int) -> int:
        """A primary key beyond which the newest `count` decided comments lie; 0 if unknown."""
        newest = sorted(self._numbers)[-count:]
        return newest[0] - 1 if newest else 0


def comment_row(comment: Comment) -> dict[str, Any]:
    """A comment as JSON; times are ISO 8601."""
    return {
        "pk": comment.pk,
        "id": comment.id,
        "viewer": comment.viewer,
        "name": comment.name,
        "text": comment.text,
        "ts": comment.ts.isoformat(),
        "received_at": comment.received_at.isoformat(),
    }


def decided_row(decided: Decided) -> dict[str, Any]:
    """A decided comment as JSON; `seconds` from its receipt to the decision."""
    comment, outcome = decided.comment, decided.outcome
    return {
        "comment": comment_row(comment),
        "outcome": {
            "kind": outcome.kind,
            "reason": outcome.reason,
            "label": label(outcome.kind, outcome.reason),
            "answer_pk": outcome.answer_pk,
            "at": outcome.at.isoformat(),
            "seconds": round((outcome.at - comment.received_at).total_seconds(), 4),
        },
        "answer_text": decided.answer_text,
    }
