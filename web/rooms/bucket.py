"""How often a room may speak: a token bucket."""

from __future__ import annotations


class TokenBucket:
    """`rate` tokens a second, at most `burst` saved up; starts full. Times in seconds."""

    def __init__(self, rate: float, burst: float = 2.0, *, now: float) -> None:
        if rate <= 0 or burst < 1:
            raise ValueError(f"rate must be above 0 and burst at least 1, not {rate}, {burst}")
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, now

    def take(self, now: float) -> bool:
        """Take one token if there is one."""
        self._fill(now)
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    def wait(self, now: float) -> float:
        """Seconds until there is a token."""
        self._fill(now)
        return max(0.0, (1.0 - self._tokens) / self._rate)

    def _fill(self, now: float) -> None:
        # A clock that jumps back must not take tokens away.
        elapsed = max(0.0, now - self._at)
        self._tokens, self._at = min(self._burst, self._tokens + elapsed * self._rate), now
