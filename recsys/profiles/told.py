"""A portrait in plain Chinese sentences, for the owner's page. Only what was counted is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from recsys.clock import epoch
from recsys.profiles.items import BANDS
from recsys.profiles.portrait import NEVER, Portrait

DAY_S: Final = 86_400.0
SHOWN: Final = 3
# A share of interest below which a name is not worth a mention.
LEAST_SHARE: Final = 0.1
# Bounds of the scores 1..5 for recency (days since the last purchase), frequency, money (fen).
RECENCY_DAYS: Final = (180.0, 90.0, 30.0, 7.0)
FREQUENCY: Final = (2, 3, 5, 10)
MONEY_FEN: Final = (10_000, 30_000, 100_000, 300_000)
# What counts as high, of 1..5.
HIGH: Final = 3
# By whether recency, frequency and money are high.
SEGMENTS: Final[Mapping[tuple[bool, bool, bool], str]] = {
    (True, True, True): "重要价值客户",
    (True, False, True): "重要发展客户",
    (False, True, True): "重要保持客户",
    (False, False, True): "重要挽留客户",
    (True, True, False): "一般价值客户",
    (True, False, False): "一般发展客户",
    (False, True, False): "一般保持客户",
    (False, False, False): "一般挽留客户",
}
NOT_YET: Final = "潜在客户"


@dataclass(frozen=True, slots=True)
class Rfm:
    """Recency, frequency and money as 1..5, 0 each without a purchase; segment: their name."""

    recency: int
    frequency: int
    money: int
    segment: str


def rfm(portrait: Portrait, now: datetime) -> Rfm:
    """By fixed bounds, so that a score means the same in every shop, also in one of ten viewers."""
    if portrait.purchases <= 0:
        return Rfm(0, 0, 0, NOT_YET)
    days = max(0.0, epoch(now) - portrait.last_purchase) / DAY_S
    recency = 1 + sum(days <= bound for bound in RECENCY_DAYS)
    frequency = 1 + sum(portrait.purchases >= bound for bound in FREQUENCY)
    money = 1 + sum(portrait.spent_fen >= bound for bound in MONEY_FEN)
    high = (recency >= HIGH, frequency >= HIGH, money >= HIGH)
    return Rfm(recency, frequency, money, SEGMENTS[high])


def told(portrait: Portrait, now: datetime) -> list[str]:
    """Sentences for the owner, the most telling first; one that says so for a stranger."""
    if not portrait.events:
        return ["还没有这位观众的任何记录。"]
    sentences = (
        _liked("近期主要关注", portrait.categories),
        _liked("看得较多的品牌", portrait.brands),
        _priced(portrait),
        _bought(portrait, now),
        _came(portrait, now),
    )
    return [sentence for sentence in sentences if sentence]


def _liked(what: str, sums: Mapping[str, float]) -> str:
    whole = sum(sums.values())
    if whole <= 0:
        return ""
    strongest = sorted(sums.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
    shares = [(name, total / whole) for name, total in strongest]
    parts = [f"{name}（{share:.0%}）" for name, share in shares if share >= LEAST_SHARE]
    # A viewer of many things, none of them much: the first is still the first.
    return f"{what}：{'、'.join(parts or [strongest[0][0]])}。"


def _priced(portrait: Portrait) -> str:
    if portrait.power_mass <= 0:
        return ""
    band = BANDS[min(int(portrait.power * len(BANDS)), len(BANDS) - 1)]
    return f"看和买的多在同类商品的{band}（平均高于同类的{portrait.power:.0%}）。"


def _bought(portrait: Portrait, now: datetime) -> str:
    if portrait.purchases <= 0:
        returned = any(held.refunds for held in portrait.held.values())
        return "买过的都已退货。" if returned else "还没有在店里买过。"
    spent = f"{portrait.spent_fen / 100:.2f}".rstrip("0").rstrip(".")
    when = _ago(portrait.last_purchase, now)
    segment = rfm(portrait, now).segment
    return f"买过{portrait.purchases}件，共{spent}元，最近一次在{when}，属于{segment}。"


def _came(portrait: Portrait, now: datetime) -> str:
    if portrait.last == NEVER:
        return ""
    when = _ago(portrait.last, now)
    return f"来过{portrait.visits}次，留下{portrait.events}个动作，最近一次在{when}。"


def _ago(ts: float, now: datetime) -> str:
    seconds = max(0.0, epoch(now) - ts)
    if seconds < 3_600:
        return "一小时内"
    if seconds < DAY_S:
        return f"{int(seconds // 3_600)}小时前"
    return f"{int(seconds // DAY_S)}天前"
