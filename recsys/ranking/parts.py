"""The parts of the score: one table says what each is, what it weighs, and how far it may move."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recsys.ranking.candidates import Candidates
from recsys.ranking.moment import Moment
from recsys.ranking.rules import Rules

Values = NDArray[np.float64]

# Pieces left from which on a product is scarce, fully so at the last one.
SCARCE_AT: Final = 10
FRESH_HALF_LIFE_DAYS: Final = 14.0


@dataclass(frozen=True, slots=True)
class PartKind:
    """One part: its weight by default, and the limits within which the owner may set it.

    `values` gives float64 [n] within -1..1, 0 where nothing is known.
    """

    name: str
    title: str
    about: str
    usual: float
    lowest: float
    highest: float
    values: Callable[[Candidates, Moment, Rules], Values]


@dataclass(frozen=True, slots=True)
class Part:
    """What one part gave one item: value x weight = points."""

    name: str
    value: float
    weight: float

    @property
    def points(self) -> float:
        """What it adds to the score."""
        return self.value * self.weight


def _relevance(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    return candidates.relevance


def _on_air(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    category = moment.on_air_category
    same = [bool(category) and one.category == category for one in candidates.facts]
    return np.array(same, dtype=np.float64)


def _together(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    return np.array([min(1.0, moment.together.get(sku, 0.0)) for sku in candidates.skus])


def _clicks(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    return _heat(candidates, moment.clicks)


def _questions(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    return _heat(candidates, moment.questions)


def _heat(candidates: Candidates, counts: Mapping[str, int]) -> Values:
    """log(1 + count) as a share of the largest: the tenth click says less than the first."""
    raw = np.log1p([max(0, counts.get(sku, 0)) for sku in candidates.skus])
    return raw / max(float(raw.max(initial=0.0)), 1e-12) if raw.any() else raw


def _due(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    """1 for what the viewer used up: bought, and due again."""
    bought = moment.bought_days
    return np.array(
        [float(one.sku in bought and rules.is_due(one, bought)) for one in candidates.facts]
    )


def _scarce(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    stock = np.array([one.stock for one in candidates.facts], dtype=np.float64)
    return np.clip((SCARCE_AT + 1 - stock) / SCARCE_AT, 0.0, 1.0)


def _margin(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    return np.nan_to_num(np.array([one.margin for one in candidates.facts], dtype=np.float64))


def _fresh(candidates: Candidates, moment: Moment, rules: Rules) -> Values:
    ages = [np.inf if one.age_days is None else max(0.0, one.age_days) for one in candidates.facts]
    return np.exp2(-np.array(ages, dtype=np.float64) / FRESH_HALF_LIFE_DAYS)


PARTS: Final[Mapping[str, PartKind]] = {
    kind.name: kind
    for kind in (
        PartKind("relevance", "合不合适", "推荐模型排的名次：第一名是 1，往后递减", 1.0, 0.1, 2.0,
                 _relevance),
        PartKind("on_air", "讲解中同类", "和正在讲解的商品同一个类目", 0.1, 0.0, 1.0, _on_air),
        PartKind("together", "常一起买", "买了讲解商品的顾客里，也买了它的比例", 0.2, 0.0, 1.0,
                 _together),
        PartKind("clicks", "直播间在点", "这几分钟直播间里点开它的人数", 0.15, 0.0, 1.0, _clicks),
        PartKind("questions", "直播间在问", "这几分钟直播间里问到它的人数", 0.1, 0.0, 1.0,
                 _questions),
        PartKind("due", "该补货了", "这位观众买过，按类目天数已到补货期", 0.8, 0.0, 1.0, _due),
        PartKind("scarce", "库存紧张", "剩 10 件起算，越少越高；想少推快断货的就设成负数",
                 0.05, -1.0, 1.0, _scarce),
        PartKind("margin", "毛利", "（售价－成本）÷ 售价；没填成本的不加分", 0.1, 0.0, 1.0,
                 _margin),
        PartKind("fresh", "新品", "刚上架是 1，每 14 天减半", 0.1, 0.0, 1.0, _fresh),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each part; parts that are not named weigh what they usually do."""

    of: Mapping[str, float]

    def __getitem__(self, name: str) -> float:
        return self.of.get(name, PARTS[name].usual)


def broken_down(
    candidates: Candidates, moment: Moment, rules: Rules, weights: Weights
) -> tuple[Values, dict[str, Values]]:
    """The score [n] and the values [n] of each part that it is the weighted sum of."""
    values = {name: kind.values(candidates, moment, rules) for name, kind in PARTS.items()}
    score = np.zeros(len(candidates))
    for name, value in values.items():
        score = score + weights[name] * value
    return score, values
