"""The longer a viewer stays, the more and the bolder: a ladder that the owner sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

MOST_SHOWN: Final = 10
MOST_STEPS: Final = 6


class BadSteps(ValueError):
    """A ladder that does not begin at 0 s, does not rise, or goes out of its limits."""


@dataclass(frozen=True, slots=True)
class Step:
    """From `from_s` seconds on: show `k` items, each drawn at random with probability `explore`."""

    from_s: int
    k: int
    explore: float


DEFAULT_STEPS: Final = (Step(0, 3, 0.0), Step(180, 4, 0.1), Step(600, 5, 0.2))


def checked(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The ladder. Raises BadSteps."""
    if not 1 <= len(steps) <= MOST_STEPS or steps[0].from_s != 0:
        raise BadSteps(f"1 to {MOST_STEPS} steps, the first from 0 s")
    for step in steps:
        if not 1 <= step.k <= MOST_SHOWN or not 0.0 <= step.explore <= 1.0:
            raise BadSteps(f"k is 1 to {MOST_SHOWN}, explore 0 to 1: {step}")
    for before, after in pairwise(steps):
        if after.from_s <= before.from_s:
            raise BadSteps("each step begins later than the one before")
    return tuple(steps)


def step_at(steps: Sequence[Step], stay_s: float) -> Step:
    """The step of somebody who has stayed so long; a stay that is no number counts as none."""
    stay = stay_s if math.isfinite(stay_s) else 0.0
    return [step for step in steps if step.from_s <= max(stay, 0.0)][-1]
