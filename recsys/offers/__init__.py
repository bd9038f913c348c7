"""Which campaign, if any, to offer to which viewer."""

from recsys.offers.choose import (
    CampaignOption,
    OfferDecision,
    OfferRules,
    Outcome,
    Sale,
    choose_offer,
)

__all__ = ["CampaignOption", "OfferDecision", "OfferRules", "Outcome", "Sale", "choose_offer"]
