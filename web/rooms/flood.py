"""How much one viewer may say: a token bucket each, as one number and one time."""

from __future__ import annotations

from collections import OrderedDict

# A buyer with four quick questions has two to spare; who goes on at one a second is cut to
# every other comment. Platforms let an eager typist send about one every two seconds.
BURST = 6.0
PER_SECOND = 0.5
# A clock that goes back further than this, in seconds, tells another story: a recording replayed.
_JUMP = 60.0
_REMEMBERED = 50_000


class ViewerLimits:
    """Remembers only viewers whose bucket is not full. Times in seconds, of any one clock."""

    def __init__(self, burst: float = BURST, per_second: float = PER_SECOND) -> None:
        if per_second <= 0 or burst < 1:
            raise ValueError(f"burst must be at least 1 and per_second above 0: {burst}")
        self._burst, self._rate = burst, per_second
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, viewer: str, now: float) -> bool:
        """Whether the viewer may say one more thing at this time."""
        tokens, at = self._buckets.get(viewer, (self._burst, now))
        if now < at - _JUMP:
            tokens, at = self._burst, now
        # Comments may come out of order: an earlier one neither fills the bucket nor empties it.
        tokens = min(self._burst, tokens + max(0.0, now - at) * self._rate)
        allowed = tokens >= 1.0
        self._buckets[viewer] = (tokens - 1.0 if allowed else tokens, max(now, at))
        self._buckets.move_to_end(viewer)
        self._forget(now)
        return allowed

    def _forget(self, now: float) -> None:
        while self._buckets:
            viewer, (tokens, at) = next(iter(self._buckets.items()))
            full = tokens + (now - at) * self._rate >= self._burst
            if not full and len(self._buckets) <= _REMEMBERED:
                return
            del self._buckets[viewer]
