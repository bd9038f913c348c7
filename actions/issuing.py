"""Issuing the coupon that an answer promises, in a write transaction of its own."""

from __future__ import annotations

import dataclasses
import logging

from actions.answer import Answer, say
from actions.blocks import coupon_card
from actions.desk import Desk
from actions.question import Question
from shop import coupons
from shop.catalogue import Product

logger = logging.getLogger(__name__)

REFUSALS = (
    coupons.BelowMargin,
    coupons.CampaignClosed,
    coupons.CampaignExhausted,
    coupons.NotInCampaign,
    coupons.UnknownCampaign,
)


def with_coupon(
    desk: Desk, question: Question, product: Product | None, answered: Answer
) -> Answer:
    """The answer with its coupon card; an honest line when the last one has just gone.

    Between choosing and issuing others may have taken the rest: the database decides.
    """
    if answered.campaign_id is None or not question.viewer:
        return answered
    try:
        with desk.database.begin() as session:
            coupon = coupons.issue(
                session, answered.campaign_id, question.viewer, product, desk.clock()
            )
    except REFUSALS as error:
        logger.info("no coupon from %s: %s", answered.campaign_id, type(error).__name__)
        return say("这张券刚刚被领完啦，有新的主播会在直播间通知～", "coupon")
    return dataclasses.replace(answered, campaign_id=None).plus(coupon_card(coupon))
