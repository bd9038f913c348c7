"""What can be had off: the running campaigns, and the one coupon for this viewer."""

from __future__ import annotations

import dataclasses
import math

from actions.answer import Answer, say
from actions.blocks import yuan
from actions.case import Case
from actions.which_product import call
from recsys.offers import CampaignOption, Sale, choose_offer
from shop import coupons
from shop.catalogue import Product
from shop.coupons import Campaign

TOLD = 3
ROOM_HINT = "优惠券只发给您本人，点主播头像私信「优惠券」就能领～"


def discount(case: Case) -> Answer | None:
    """Public campaigns in words; outside a room also the best coupon for the product."""
    running = coupons.running(case.session, case.now)
    if case.product is None:
        return _in_general(case, running)
    fitting = [c for c in running if coupons.eligible(c, case.product)]
    public = [c for c in fitting if c.public]
    if not fitting or (case.question.in_room and not public):
        return _none(case, case.product, running)
    if case.question.in_room:
        return say(f"{call(case.product)}可以用：{_titles(public)}。{ROOM_HINT}", "coupon")
    chosen = _choose(case, case.product, fitting)
    if chosen is None:
        return _none(case, case.product, running)
    words = f"{call(case.product)}可以用「{chosen.title}」，已经放到您的卡包里啦～"
    if case.product.price_fen < chosen.threshold_fen:
        words += f"（满{yuan(chosen.threshold_fen)}可用，可以凑单）"
    return dataclasses.replace(say(words, "coupon"), campaign_id=chosen.campaign_id)


def _in_general(case: Case, running: list[Campaign]) -> Answer | None:
    public = [c for c in running if c.public]
    if not public:
        return say("现在没有在发的优惠券，有活动主播会在直播间通知～", "coupon")
    how = ROOM_HINT if case.question.in_room else "告诉我看中几号链接，我帮您领能用的那张优惠券～"
    return say(f"现在有：{_titles(public)}。{how}", "coupon")


def _none(case: Case, product: Product, running: list[Campaign]) -> Answer:
    """An honest no, and what else is on."""
    others = [c for c in running if c.public]
    rest = f"店里其他活动有：{_titles(others)}～" if others else "有新活动主播会通知～"
    return say(
        f"{call(product)}现在没有能用的券，{yuan(product.price_fen)}就是实价。{rest}", "coupon"
    )


def _choose(case: Case, product: Product, fitting: list[Campaign]) -> Campaign | None:
    """By recsys: the best gain above the margin floor; the viewer asked, so surety is no bar."""
    reached = [c for c in fitting if product.price_fen >= c.threshold_fen]
    # Nothing reached by one piece: then the nearest threshold, with as many as reach it.
    options = reached or [min(fitting, key=lambda c: c.threshold_fen)]
    units = 1 if reached else math.ceil(options[0].threshold_fen / max(product.price_fen, 1))
    cost = None if product.cost_fen is None else product.cost_fen * units
    decision = choose_offer(
        [_option(c) for c in options],
        math.nan,
        Sale(product.price_fen * units, cost),
        asked=True,
    )
    return next((c for c in options if c.campaign_id == decision.campaign_id), None)


def _option(campaign: Campaign) -> CampaignOption:
    return CampaignOption(
        campaign.campaign_id,
        campaign.amount_fen,
        campaign.threshold_fen,
        campaign.margin_floor,
        title=campaign.title,
    )


def _titles(campaigns: list[Campaign]) -> str:
    return "、".join(f"「{c.title}」" for c in campaigns[:TOLD])
