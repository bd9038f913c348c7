"""The one error of these benchmarks that a person can mend."""

from __future__ import annotations


class BenchFailed(Exception):
    """The benchmark cannot be run; the message is one line that says why."""
