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
    picking = _Picking(candidates, score, free, rules)
    picking.fill(max(k, 0), explore, np.random.default_rng(seed))
    capped = picking.capped
    dropped = [
        Dropped(one.sku, refusal or capped[row])
        for row, (one, refusal) in enumerate(zip(candidates.facts, refusals, strict=True))
        if refusal or row in capped
    ]
    shown = [_shown(pick, candidates, moment, score, values, weights) for pick in picking.picks]
    return Ranked(tuple(shown), tuple(dropped))


class _Picking:
    """A list being filled: pins first, then the best or a drawn one, always within the caps.

    `picks`: the rows taken, in order. `capped`: rows that a cap kept out, and which.
    """

    def __init__(
        self, candidates: Candidates, score: Values, free: Sequence[int], rules: Rules
    ) -> None:
        self.picks: list[_Pick] = []
        self.capped: dict[int, str] = {}
        self._facts, self._score = candidates.facts, score
        self._counted = Counted(rules)
        self._variety = _Variety(candidates, score, free, rules.variety)
        self._left = dict.fromkeys(free)
        self._pins = [row for row in _pinned_rows(candidates, rules) if row in self._left]

    def fill(self, k: int, explore: float, chance: np.random.Generator) -> None:
        """Up to k places."""
        for row in self._pins:
            if len(self.picks) < k:
                self._take(_Pick(row, 1.0, pinned=True))
        while len(self.picks) < k and (rows := self._open()):
            self._take(_drawn(self._variety.order(rows), explore, chance))
        self._say_what_caps_kept_out(k)

    def _take(self, pick: _Pick) -> None:
        self._left.pop(pick.row)
        one = self._facts[pick.row]
        if refusal := self._counted.refusal(one):
            self.capped[pick.row] = refusal
            return
        self._counted.add(one)
        self._variety.take(pick.row)
        self.picks.append(pick)

    def _open(self) -> list[int]:
        return [row for row in self._left if self._counted.refusal(self._facts[row]) is None]

    def _say_what_caps_kept_out(self, k: int) -> None:
        """Of a full list, only what would have come before its last: the rest was merely late."""
        last = min((self._score[p.row] for p in self.picks if not p.pinned), default=np.inf)
        for row in self._left:
            refusal = self._counted.refusal(self._facts[row])
            if refusal and (len(self.picks) < k or self._score[row] > last):
                self.capped[row] = refusal


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
