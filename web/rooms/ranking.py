"""Rank: which question the room should hear first. A stated sum, each part with its name.

score = 1.0 * log2(1 + askers)       50 who ask are not 50 times one, but well above one
      + 2.0 * propensity             the likeliest buyer among them, 0..1
      + 0.05 * seconds waited        at most 60 seconds count (3.0)
      + 1.0 * about what is on air   the host can still point at it
      + 1.5 * severity               a grievance left alone grows, 0..1
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

WEIGHTS: Final[Mapping[str, float]] = {
    "askers": 1.0,
    "propensity": 2.0,
    "waiting": 0.05,
    "on_air": 1.0,
    "severity": 1.5,
}
LONGEST_WAIT: Final = 60.0
SEVERITY: Final[Mapping[str, float]] = {
    "complaint": 1.0,
    "ask_human": 0.7,
    "ask_order_status": 0.5,
    "ask_return": 0.3,
}


WORDS: Final[Mapping[str, str]] = {
    "complaint": "投诉",
    "ask_human": "找真人",
    "ask_order_status": "查订单",
    "ask_return": "退换货",
}
# From which propensity on the host is told of a buyer.
MAY_BUY, WILL_BUY = 0.4, 0.65


def parts(
    *, askers: int, propensity: float, waited: float, on_air: bool, intent: str
) -> dict[str, float]:
    """The weighted parts of the score, by name; `waited` in seconds, `propensity` in 0..1."""
    raw = {
        "askers": math.log2(1 + askers),
        "propensity": min(max(propensity, 0.0), 1.0),
        "waiting": min(max(waited, 0.0), LONGEST_WAIT),
        "on_air": float(on_air),
        "severity": SEVERITY.get(intent, 0.0),
    }
    return {name: WEIGHTS[name] * value for name, value in raw.items()}


def score(*, askers: int, propensity: float, waited: float, on_air: bool, intent: str) -> float:
    """The sum of the parts; the highest goes first."""
    found = parts(askers=askers, propensity=propensity, waited=waited, on_air=on_air, intent=intent)
    return sum(found.values())


def why(found: Mapping[str, float], askers: int, intent: str) -> list[str]:
    """The parts of a score in Chinese, those that count for something; `found` is from `parts`.

    Waiting is not among them: it grows by itself, and the page that shows it counts it.
    """
    propensity = found["propensity"] / WEIGHTS["propensity"]
    buyer = "有人很可能要买" if propensity >= WILL_BUY else "有人可能要买"
    said = {
        f"{askers}人问": found["askers"] > 0,
        WORDS.get(intent, ""): found["severity"] > 0,
        "正在讲解": found["on_air"] > 0,
        buyer: propensity >= MAY_BUY,
    }
    return [word for word, counts in said.items() if counts]
