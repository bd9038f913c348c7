"""Who gets a coupon, by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.offers import CampaignOption, OfferRules, Outcome, Sale, choose_offer
from recsys.offers.choose import REASONS, gain_fen, keeps_margin

SALE = Sale(price_fen=10_000, cost_fen=4_000)
TEN = CampaignOption("ten", amount_fen=1_000)


def test_gain_by_hand() -> None:
    measured = CampaignOption("m", amount_fen=1_000, uplift=0.10)
    # 0.30 x (6000 - 1000) - 0.20 x 6000 = 1500 - 1200
    assert gain_fen(measured, 0.20, SALE, OfferRules()) == pytest.approx(300)
    # Assumed: odds 1/4 x e^(5 x 0.1); p' = 0.29189 → 0.29189 x 5000 - 1200
    assert gain_fen(TEN, 0.20, SALE, OfferRules()) == pytest.approx(259.4, abs=0.1)


@pytest.mark.parametrize(
    ("p", "outcome"),
    [
        (0.95, Outcome.SURE_BUYER),
        (0.60, Outcome.SURE_BUYER),
        (0.20, Outcome.OFFERED),
        (0.01, Outcome.LOST_CAUSE),
        (math.nan, Outcome.PROPENSITY_UNKNOWN),
        (7.0, Outcome.SURE_BUYER),
        (-7.0, Outcome.LOST_CAUSE),
    ],
)
def test_only_those_between_are_offered_anything(p: float, outcome: Outcome) -> None:
    decision = choose_offer([TEN], p, SALE)
    assert decision.outcome == outcome
    assert decision.campaign_id == ("ten" if outcome == Outcome.OFFERED else None)


@pytest.mark.parametrize("p", [0.0, 5e-324, 1e-300, 1 - 1e-16, 1.0])
def test_the_edges_of_probability_are_reckoned_with(p: float) -> None:
    steep = OfferRules(sure=2.0, lost=-1.0, response=500.0)
    assert math.isfinite(choose_offer([TEN], p, SALE, steep).gain_fen)


@pytest.mark.parametrize("p", [0.95, 0.2, 0.01, math.nan])
def test_who_asks_is_given(p: float) -> None:
    decision = choose_offer([TEN], p, SALE, asked=True)
    assert (decision.campaign_id, decision.outcome) == ("ten", Outcome.ASKED)


def test_a_coupon_that_moves_nobody_is_not_offered() -> None:
    decision = choose_offer([CampaignOption("m", 1_000, uplift=0.0)], 0.3, SALE)
    assert decision.outcome == Outcome.NOT_WORTH_IT
    assert decision.gain_fen == pytest.approx(-300)


def test_the_one_that_earns_more_is_offered() -> None:
    weak, strong = CampaignOption("w", 500, uplift=0.02), CampaignOption("s", 1_500, uplift=0.2)
    assert choose_offer([weak, strong], 0.3, SALE).campaign_id == "s"


def test_of_equal_gains_the_smaller_amount_then_the_first_id() -> None:
    same = [CampaignOption(name, 1_000) for name in ("b", "a")]
    assert choose_offer(same, 0.2, SALE).campaign_id == "a"
    assert (
        choose_offer([CampaignOption("z", 500), TEN], math.nan, SALE, asked=True).campaign_id == "z"
    )


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize(
    ("option", "sale", "outcome"),
    [
        (CampaignOption("c", 1_000, margin_floor=0.56), SALE, Outcome.BELOW_MARGIN),
        (CampaignOption("c", 10_000), SALE, Outcome.BELOW_MARGIN),
        (CampaignOption("c", 7_000), SALE, Outcome.BELOW_MARGIN),
        (CampaignOption("c", 1_000, threshold_fen=10_001), SALE, Outcome.BELOW_THRESHOLD),
        (CampaignOption("c", 100, margin_floor=0.1), Sale(10_000, None), Outcome.COST_UNKNOWN),
        (CampaignOption("c", 0), SALE, Outcome.NO_CAMPAIGN),
        (CampaignOption("c", -500), SALE, Outcome.NO_CAMPAIGN),
    ],
)
def test_what_may_not_be_given_is_refused_even_to_who_asks(
    option: CampaignOption, sale: Sale, outcome: Outcome, asked: bool
) -> None:
    decision = choose_offer([option], 0.2, sale, asked=asked)
    assert (decision.campaign_id, decision.outcome) == (None, outcome)


def test_without_a_known_cost_only_who_asks_is_given_where_no_floor_is_set() -> None:
    unknown = Sale(10_000, None)
    assert choose_offer([TEN], 0.2, unknown).outcome == Outcome.COST_UNKNOWN
    assert choose_offer([TEN], 0.2, unknown, asked=True).campaign_id == "ten"


def test_the_floor_itself_is_kept() -> None:
    # (10000 - 2000 - 4000) / 8000 is exactly a half, and 0.3 is no binary fraction.
    assert keeps_margin(CampaignOption("c", 2_000, margin_floor=0.5), SALE)
    assert not keeps_margin(CampaignOption("c", 2_001, margin_floor=0.5), SALE)
    assert keeps_margin(CampaignOption("c", 1_000, margin_floor=0.3), Sale(11_000, 7_000))


def test_no_campaign_no_offer() -> None:
    assert choose_offer([], 0.2, SALE, asked=True).outcome == Outcome.NO_CAMPAIGN


def test_every_outcome_has_its_chinese_reason() -> None:
    assert set(REASONS) == set(Outcome)
    reason = choose_offer([TEN], 0.2, SALE).reason
    assert reason == "下单概率20%，预计发券后多赚2.59元"


@given(
    options=st.lists(
        st.builds(
            CampaignOption,
            campaign_id=st.sampled_from(["a", "b", "c"]),
            amount_fen=st.integers(-100, 30_000),
            threshold_fen=st.integers(0, 20_000),
            margin_floor=st.floats(0, 1),
            uplift=st.one_of(st.none(), st.floats(-1, 1), st.just(math.nan)),
        ),
        max_size=4,
    ),
    p=st.floats(allow_nan=True),
    price=st.integers(0, 20_000),
    cost=st.one_of(st.none(), st.integers(0, 20_000)),
    asked=st.booleans(),
)
def test_whatever_is_offered_keeps_its_margin(
    options: list[CampaignOption], p: float, price: int, cost: int | None, asked: bool
) -> None:
    decision = choose_offer(options, p, Sale(price, cost), asked=asked)
    assert decision.reason
    assert math.isfinite(decision.gain_fen)
    if decision.campaign_id is not None:
        allowed = [o for o in options if o.campaign_id == decision.campaign_id]
        assert any(
            o.amount_fen > 0 and price >= o.threshold_fen and keeps_margin(o, Sale(price, cost))
            for o in allowed
        )
