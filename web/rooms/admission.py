"""Admit: what can be decided about a comment at a glance, in microseconds."""

from __future__ import annotations

from collections import OrderedDict

from recsys.embedding.text import normalise
from shop.rooms import Comment
from web.chat import hopeless
from web.rooms import wording
from web.rooms.flood import ViewerLimits
from web.rooms.triage.features import essence

# A viewer who says the same again within this many seconds has been heard.
REPEAT_WINDOW = 30.0
_REMEMBERED = 50_000


class Admission:
    """Remembers who said what lately. Not thread-safe: one engine, one task."""

    def __init__(self, window: float = REPEAT_WINDOW) -> None:
        self._window = window
        self._said: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._limits = ViewerLimits()

    def refuse(self, comment: Comment, now: float) -> str | None:
        """The reason code of a comment that goes no further; None admits it."""
        kind = hopeless(comment.text)
        if kind is not None:
            return kind.reason
        if self._repeated(comment, now):
            return "repeated"
        code = wording.current().moderator.code(comment.text)
        if code is not None:
            return code
        # By when it was said: a recording pushed in a moment, and comments taken up after a
        # crash, are no flood. The connector's clock may be wrong, but not ahead of ours.
        said_at = min(comment.ts, comment.received_at).timestamp()
        return None if self._limits.take(comment.viewer, said_at) else "flood"

    def _repeated(self, comment: Comment, now: float) -> bool:
        key = (comment.viewer, essence(comment.text) or normalise(comment.text))
        before = self._said.get(key)
        self._said[key] = now
        self._said.move_to_end(key)
        self._forget(now)
        return before is not None and now - before < self._window

    def _forget(self, now: float) -> None:
        while self._said:
            key, at = next(iter(self._said.items()))
            if now - at < self._window and len(self._said) <= _REMEMBERED:
                return
            del self._said[key]
