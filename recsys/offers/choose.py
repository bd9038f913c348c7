"""Offer the coupon that is expected to earn more than it costs, or none.

Expected profit without a coupon is p x margin; with one of amount a it is p' x (margin - a). A
coupon pays when it moves the viewer (p' > p) by more than it gives away to those who would have
bought anyway. Where no uplift has been measured, p' is assumed: see `OfferRules.response`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Sale:
    """What would be sold: price and cost of it all, in fen; a cost of None is not known."""

    price_fen: int
    cost_fen: int | None

    @property
    def margin_fen(self) -> int:
        """Price less cost; an unknown cost leaves no margin to give away."""
        return 0 if self.cost_fen is None else self.price_fen - self.cost_fen


@dataclass(frozen=True, slots=True)
class CampaignOption:
    """A campaign that runs now and covers the product.

    amount_fen off, from a price of threshold_fen; margin_floor: the least share (0..1) of the
    discounted price that must remain above cost. uplift: measured gain in the probability to
    buy (-1..1), where there is one for this viewer.
    """

    campaign_id: str
    amount_fen: int
    threshold_fen: int = 0
    margin_floor: float = 0.0
    uplift: float | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class OfferRules:
    """The owner's lines.

    sure: propensity from which a viewer buys anyway; lost: below which a coupon will not help.
    response: assumed effect of a discount where none has been measured, in logits per share of
        the price: with 5, ten percent off turns odds of 1 to 4 into 1 to 2.4. An assumption to
        be replaced by measured uplift, not a fact.
    least_gain_fen: expected profit that an offer must add.
    """

    sure: float = 0.6
    lost: float = 0.02
    response: float = 5.0
    least_gain_fen: int = 1


class Outcome(StrEnum):
    """Why an offer was or was not made; kept with the decision."""

    OFFERED = "offered"
    ASKED = "asked"
    NO_CAMPAIGN = "no_campaign"
    COST_UNKNOWN = "cost_unknown"
    BELOW_THRESHOLD = "below_threshold"
    BELOW_MARGIN = "below_margin"
    PROPENSITY_UNKNOWN = "propensity_unknown"
    SURE_BUYER = "sure_buyer"
    LOST_CAUSE = "lost_cause"
    NOT_WORTH_IT = "not_worth_it"


# For the owner's record of decisions; a viewer is never told what was expected of them.
REASONS: Final = {
    Outcome.OFFERED: "下单概率{p}，预计发券后多赚{gain}元",
    Outcome.ASKED: "顾客主动询问优惠，在毛利底线之内发放，预计利润变化{gain}元",
    Outcome.NO_CAMPAIGN: "当前没有适用于这件商品的优惠活动",
    Outcome.COST_UNKNOWN: "商品没有填写成本，无法核对毛利底线，不发券",
    Outcome.BELOW_THRESHOLD: "商品金额未达到任何活动的使用门槛",
    Outcome.BELOW_MARGIN: "用券后毛利会低于活动的毛利底线，不发券",
    Outcome.PROPENSITY_UNKNOWN: "还没有这位顾客的下单概率，不主动发券",
    Outcome.SURE_BUYER: "下单概率{p}，不用券也很可能下单，不主动发券",
    Outcome.LOST_CAUSE: "下单概率{p}，发券也很难促成，不主动发券",
    Outcome.NOT_WORTH_IT: "下单概率{p}，预计发券多带来的利润抵不过让利，不主动发券",
}


@dataclass(frozen=True, slots=True)
class OfferDecision:
    """campaign_id None: no offer. gain_fen: expected change of profit by the best campaign that
    was considered, 0 where none was. reason: for the owner, in Chinese.
    """

    campaign_id: str | None
    outcome: Outcome
    reason: str
    gain_fen: float = 0.0


def choose_offer(
    candidates: Sequence[CampaignOption],
    propensity: float,
    sale: Sale,
    rules: OfferRules | None = None,
    *,
    asked: bool = False,
) -> OfferDecision:
    """The campaign of the highest expected gain, if it should be offered at all.

    propensity: probability that the viewer buys without a coupon (clipped to 0..1; NaN: unknown).
    asked: the viewer asked for a discount: then the best campaign above its margin floor is given
    even to sure buyers and lost causes. The floor holds always. Of equal gains, the smaller
    amount, then the first id.
    """
    rules = rules or OfferRules()
    allowed, refused = _allowed(candidates, sale)
    if refused is not None:
        return OfferDecision(None, refused, REASONS[refused])
    p = min(max(propensity, 0.0), 1.0) if math.isfinite(propensity) else math.nan
    gains = {
        option: gain_fen(option, 0.0 if math.isnan(p) else p, sale, rules) for option in allowed
    }
    best = min(allowed, key=lambda o: (-gains[o], o.amount_fen, o.campaign_id))
    outcome = Outcome.ASKED if asked else _proactive(p, gains[best], sale, rules)
    given = best.campaign_id if outcome in (Outcome.ASKED, Outcome.OFFERED) else None
    reason = REASONS[outcome].format(p=f"{p:.0%}", gain=f"{gains[best] / 100:.2f}")
    return OfferDecision(given, outcome, reason, gains[best])


def gain_fen(option: CampaignOption, p: float, sale: Sale, rules: OfferRules) -> float:
    """Expected profit with the coupon less that without it, in fen."""
    with_coupon = _moved(p, option, sale, rules)
    return with_coupon * (sale.margin_fen - option.amount_fen) - p * sale.margin_fen


def keeps_margin(option: CampaignOption, sale: Sale) -> bool:
    """Whether what remains above cost is at least margin_floor of the discounted price.

    Without a known cost only a floor of 0, which asks for nothing, is kept. Decimal, as the
    ledger reckons, so that both agree at the edge.
    """
    paid = sale.price_fen - option.amount_fen
    if paid <= 0 or sale.cost_fen is None:
        return paid > 0 and option.margin_floor <= 0
    return paid - sale.cost_fen >= Decimal(str(option.margin_floor)) * paid


def _allowed(
    candidates: Sequence[CampaignOption], sale: Sale
) -> tuple[list[CampaignOption], Outcome | None]:
    """What may be offered at all, or why nothing may."""
    sound = [option for option in candidates if option.amount_fen > 0]
    reached = [option for option in sound if sale.price_fen >= option.threshold_fen]
    kept = [option for option in reached if keeps_margin(option, sale)]
    refusals = (
        (not sound, Outcome.NO_CAMPAIGN),
        (not reached, Outcome.BELOW_THRESHOLD),
        (not kept and sale.cost_fen is None, Outcome.COST_UNKNOWN),
        (not kept, Outcome.BELOW_MARGIN),
    )
    return kept, next((outcome for refused, outcome in refusals if refused), None)


def _proactive(p: float, gain: float, sale: Sale, rules: OfferRules) -> Outcome:
    checks = (
        (sale.cost_fen is None, Outcome.COST_UNKNOWN),
        (math.isnan(p), Outcome.PROPENSITY_UNKNOWN),
        (p >= rules.sure, Outcome.SURE_BUYER),
        (p < rules.lost, Outcome.LOST_CAUSE),
        (gain < rules.least_gain_fen, Outcome.NOT_WORTH_IT),
    )
    return next((outcome for holds, outcome in checks if holds), Outcome.OFFERED)


def _moved(p: float, option: CampaignOption, sale: Sale, rules: OfferRules) -> float:
    """Probability to buy with the coupon: by measured uplift, else by the assumed response."""
    if option.uplift is not None and math.isfinite(option.uplift):
        return min(max(p + option.uplift, 0.0), 1.0)
    # Odds times a factor, rather than a logistic of logits: exact at 0 and 1, and no overflow.
    odds = p * math.exp(min(rules.response * option.amount_fen / sale.price_fen, 50.0))
    return odds / (odds + 1 - p)
