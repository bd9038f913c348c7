"""The final list: rules, then the weighted score, then variety, then a little chance.

Order of what holds: what may not be shown is dropped; pins come first; every further place goes
to the best by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) within the caps, or,
with the probability that the step of the viewer's stay allows, to one drawn evenly from the next
few. So the propensity of every place is known, given the places before it, and what was shown can
be evaluated later by inverse propensity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recsys.ranking.candidates import Candidates
from recsys.ranking.moment import Moment
from recsys.ranking.parts import Part, Values, Weights, broken_down
from recsys.ranking.reasons import reason_for
from recsys.ranking.rules import PIN, Counted, Rules

# From how many of the next best a place left to chance is drawn, the best among them.
DRAWN_FROM: Final = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """One item of the list.

    score: the weighted sum of `parts`; not what the order alone follows (pins, variety, chance).
    reason: for the viewer. propensity: of this item at this place, given those before, in (0, 1].
    rules: those that put it here (pin).
    """

    sku: str
    score: float
    reason: str
    propensity: float
    parts: tuple[Part, ...]
    rules: tuple[str, ...] = ()
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """One candidate that a rule kept out, and which."""

    sku: str
    rule: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """The list, best first, and what the rules kept out of it."""

    shown: tuple[Shown, ...]
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class _Pick:
    row: int
    propensity: float
    pinned: bool = False
    drawn: bool = False


def rank(
    candidates: Candidates,
    moment: Moment,
    rules: Rules,
    weights: Weights,
    k: int,
    explore: float = 0.0,
    seed: int = 0,
) -> Ranked:
    """At most k of the candidates.

    Never one that is sold out, off the shelf, hidden, owned and not due, or against a price limit
    or cap. The same input gives the same list: chance comes from `seed` alone.
    """
    score, values = broken_down(candidates, moment, rules, weights)
    refusals = [rules.refusal(one, moment.bought_days) for one in candidates.facts]
    free = [row for row, refusal in enumerate(refusals) if refusal is None]
    picks, capped = _picked(candidates, score, free, rules, max(k, 0), explore, seed)
    dropped = [
        Dropped(one.sku, refusal or capped[row])
        for row, (one, refusal) in enumerate(zip(candidates.facts, refusals, strict=True))
        if refusal or row in capped
    ]
    shown = [_shown(pick, candidates, moment, score, values, weights) for pick in picks]
    return Ranked(tuple(shown), tuple(dropped))


def _picked(
    candidates: Candidates,
    score: Values,
    free: Sequence[int],
    rules: Rules,
    k: int,
    explore: float,
    seed: int,
) -> tuple[list[_Pick], dict[int, str]]:
    """The rows taken, in order, and the rows that a cap kept out."""
    counted, capped = Counted(rules), dict[int, str]()
    variety = _Variety(candidates, score, free, rules.variety)
    chance = np.random.default_rng(seed)
    picks: list[_Pick] = []
    left = dict.fromkeys(free)
    pins = [row for row in _pinned_rows(candidates, rules) if row in left]
    while left and len(picks) < k:
        row = pins.pop(0) if pins else None
        pick = _Pick(row, 1.0, pinned=True) if row is not None else None
        if pick is None:
            open_rows = [r for r in left if counted.refusal(candidates.facts[r]) is None]
            if not open_rows:
                break
            pick = _drawn(variety.order(open_rows), explore, chance)
        left.pop(pick.row)
        refusal = counted.refusal(candidates.facts[pick.row])
        if refusal:
            capped[pick.row] = refusal
            continue
        counted.add(candidates.facts[pick.row])
        variety.take(pick.row)
        picks.append(pick)
    # What a full list left over was not kept out by a cap: only what would have come before.
    last = min((score[pick.row] for pick in picks if not pick.pinned), default=np.inf)
    for row in left:
        refusal = counted.refusal(candidates.facts[row])
        if refusal and (len(picks) < k or score[row] > last):
            capped[row] = refusal
    return picks, capped


def _pinned_rows(candidates: Candidates, rules: Rules) -> list[int]:
    rows = {one.sku: row for row, one in enumerate(candidates.facts)}
    return [rows[sku] for sku in dict.fromkeys(rules.pins) if sku in rows]


def _drawn(ordered: NDArray[np.int64], explore: float, chance: np.random.Generator) -> _Pick:
    """The first of `ordered`, or with probability `explore` any of the first DRAWN_FROM."""
    window = min(len(ordered), DRAWN_FROM)
    place = int(chance.integers(window)) if chance.random() < explore else 0
    share = explore / window
    return _Pick(int(ordered[place]), share + (1.0 - explore) * (place == 0), drawn=place > 0)


class _Variety:
    """Maximal marginal relevance over rows: (1 - v) x score - v x likeness to what was taken."""

    def __init__(
        self, candidates: Candidates, score: Values, free: Sequence[int], variety: float
    ) -> None:
        self._vectors, self._variety = candidates.vectors, variety
        self._likeness = np.zeros(len(candidates))
        # Likeness lies within 0..1, so the score has to, for the two to be weighed.
        known = score[list(free)]
        low, high = (known.min(), known.max()) if len(known) else (0.0, 0.0)
        self._score = (score - low) / (high - low) if high > low else np.zeros(len(score))

    def order(self, rows: Sequence[int]) -> NDArray[np.int64]:
        """These rows, best first; equals stay in the recommender's order."""
        given = np.asarray(rows, dtype=np.int64)
        value = (1.0 - self._variety) * self._score - self._variety * self._likeness
        # Rounded: sums that differ in the last bits are equals.
        return given[np.lexsort((given, -np.round(value[given], 9)))]

    def take(self, row: int) -> None:
        """Count what is now in the list."""
        if self._variety:
            alike = self._vectors @ self._vectors[row]
            self._likeness = np.maximum(self._likeness, np.maximum(alike, 0.0))


def _shown(
    pick: _Pick,
    candidates: Candidates,
    moment: Moment,
    score: Values,
    values: dict[str, Values],
    weights: Weights,
) -> Shown:
    sku = candidates.facts[pick.row].sku
    parts = tuple(
        Part(name, float(value[pick.row]), weights[name]) for name, value in values.items()
    )
    return Shown(
        sku=sku,
        score=float(score[pick.row]),
        reason=reason_for(sku, parts, moment, candidates.reasons[pick.row], pick.pinned),
        propensity=pick.propensity,
        parts=parts,
        rules=(PIN,) if pick.pinned else (),
        drawn=pick.drawn,
    )
