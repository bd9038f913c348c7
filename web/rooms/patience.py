"""How long a question waits for an assistant that is away, and when to try again."""

from __future__ import annotations

_FIRST, _LONGEST = 0.25, 5.0


class Patience:
    """Shared by all who ask: one failure slows everybody, one success frees everybody."""

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._down_since: float | None = None
        self._pause = _FIRST

    @property
    def down(self) -> bool:
        """Whether the last attempt of anybody failed."""
        return self._down_since is not None

    def failed(self, now: float) -> float:
        """Note a failure; gives how many seconds to wait before the next attempt."""
        if self._down_since is None:
            self._down_since, self._pause = now, _FIRST
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST)
        return pause

    def succeeded(self) -> None:
        """The assistant answers."""
        self._down_since = None

    def exhausted(self, asked_at: float, now: float) -> bool:
        """Whether a question has waited its limit for the assistant.

        Only time without the assistant counts: a question that queued behind others for long
        is not given up at the first hiccup.
        """
        if self._down_since is None:
            return False
        return now - max(asked_at, self._down_since) >= self._limit
