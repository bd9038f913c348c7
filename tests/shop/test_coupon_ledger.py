from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shop import catalogue, coupons
from shop.catalogue import Product, Variant
from shop.coupons import (
    BelowMargin,
    Campaign,
    CampaignClosed,
    CampaignExhausted,
    Coupon,
    NotInCampaign,
    UnknownCampaign,
    UnusableCoupon,
    Usage,
)
from shop.database import Database

NOW = datetime(2024, 11, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TEN_OFF = Campaign(
    "T", "满99减10", "amount", 1_000, 9_900, None, None, NOW - DAY, NOW + DAY, 50, None, 0.2
)

Cream = Callable[..., Product]


@pytest.fixture
def shop(shop_db: Database, cream: Cream) -> Database:
    with shop_db.begin() as session:
        catalogue.upsert(session, cream())
        coupons.upsert(session, TEN_OFF)
    return shop_db


def _issue(shop: Database, viewer: str, product: Product | None, now: datetime = NOW) -> Coupon:
    with shop.begin() as session:
        return coupons.issue(session, "T", viewer, product, now)


def _usage(shop: Database) -> Usage:
    with shop.read() as session:
        return coupons.usage(session, "T")


def test_a_coupon_says_what_it_is_worth(shop: Database, cream: Cream) -> None:
    coupon = _issue(shop, "v", cream())
    assert (coupon.amount_fen, coupon.threshold_fen, coupon.sku) == (1_000, 9_900, "C1")
    assert (coupon.expires_at, coupon.title, coupon.repeated) == (NOW + DAY, "满99减10", False)
    assert _usage(shop) == Usage(1, 1_000, 0)


def test_asking_again_gives_the_same_coupon_even_when_all_is_over(
    shop: Database, cream: Cream
) -> None:
    first = _issue(shop, "v", cream())
    assert _issue(shop, "v", cream()) == replace(first, repeated=True)
    assert _issue(shop, "v", cream(), NOW + 2 * DAY) == replace(first, repeated=True)
    assert _usage(shop).issued == 1


def test_codes_cannot_be_guessed(shop: Database, cream: Cream) -> None:
    codes = {_issue(shop, f"v{n}", cream()).code for n in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 14 and set(code) <= set(coupons.ALPHABET) for code in codes)
    assert len(set(coupons.ALPHABET)) ** 14 > 2**64
    # No counter or clock in them: no character stands at one place in all.
    assert all(len({code[at] for code in codes}) > 1 for at in range(14))


def _claim(shop: Database, viewers: list[str], product: Product) -> list[Coupon | None]:
    """Every claim of `viewers`, from 16 threads that begin together."""
    gate = threading.Barrier(16)

    def work(mine: list[str]) -> list[Coupon | None]:
        gate.wait()
        got: list[Coupon | None] = []
        for viewer in mine:
            # Caught inside the transaction, which then commits: a refusal must leave nothing.
            with shop.begin() as session:
                try:
                    got.append(coupons.issue(session, "T", viewer, product, NOW))
                except CampaignExhausted:
                    got.append(None)
        return got

    with ThreadPoolExecutor(16) as pool:
        shares = [viewers[start::16] for start in range(16)]
        return [one for share in pool.map(work, shares) for one in share]


def test_sixteen_threads_never_give_more_than_the_limit(shop: Database, cream: Cream) -> None:
    claims = _claim(shop, [f"v{n}" for n in range(160)], cream())
    given = [coupon for coupon in claims if coupon]
    assert len(given) == 50
    assert len({coupon.code for coupon in given}) == 50
    assert _usage(shop) == Usage(50, 50_000, 0)
    with shop.read() as session:
        held = sum(len(coupons.of_viewer(session, f"v{n}", NOW)) for n in range(160))
    assert held == 50


def test_one_viewer_in_sixteen_threads_gets_one_coupon(shop: Database, cream: Cream) -> None:
    claims = _claim(shop, ["v"] * 64, cream())
    assert len({coupon.code for coupon in claims if coupon}) == 1
    assert sum(not coupon.repeated for coupon in claims if coupon) == 1
    assert len(claims) == sum(coupon is not None for coupon in claims) == 64
    assert _usage(shop) == Usage(1, 1_000, 0)


def test_the_budget_holds_under_threads(shop: Database, cream: Cream) -> None:
    with shop.begin() as session:
        coupons.upsert(session, replace(TEN_OFF, budget_fen=7_999, total_limit=None))
    claims = _claim(shop, [f"v{n}" for n in range(48)], cream())
    assert sum(coupon is not None for coupon in claims) == 7
    assert _usage(shop) == Usage(7, 7_000, 0)


def test_a_refusal_that_is_caught_and_committed_leaves_nothing(
    shop: Database, cream: Cream
) -> None:
    with shop.begin() as session:
        coupons.upsert(session, replace(TEN_OFF, total_limit=0))
        with pytest.raises(CampaignExhausted):
            coupons.issue(session, "T", "v", cream(), NOW)
    with shop.read() as session:
        assert coupons.of_viewer(session, "v", NOW) == []
    assert _usage(shop) == Usage(0, 0, 0)


@pytest.mark.parametrize("now", [NOW - 2 * DAY, NOW + DAY])
def test_before_and_after_its_days_a_campaign_is_closed(
    shop: Database, cream: Cream, now: datetime
) -> None:
    with pytest.raises(CampaignClosed):
        _issue(shop, "v", cream(), now)


def test_unknown_campaigns_have_a_name(shop: Database, cream: Cream) -> None:
    with pytest.raises(UnknownCampaign), shop.begin() as session:
        coupons.issue(session, "X", "v", cream(), NOW)


@pytest.mark.parametrize(
    ("price", "cost", "floor", "reason"),
    [
        (10_000, 6_000, 0.2, ""),
        (10_000, 7_200, 0.2, ""),  # (9000 - 7200) / 9000 is exactly 20 %
        (10_000, 7_201, 0.2, "below_margin"),
        (10_000, 9_001, 0.0, "below_margin"),  # never under cost
        (10_000, None, 0.2, "cost_unknown"),
        (10_000, None, 0.0, ""),
        (5_000, 3_700, 0.2, "below_margin"),  # two reach 99.00: (9000 - 7400) / 9000 is 17.8 %
        (5_000, 3_600, 0.2, ""),
        (0, 0, 0.0, "below_margin"),
    ],
)
def test_margin_floor(
    cream: Cream, price: int, cost: int | None, floor: float, reason: str
) -> None:
    verdict = coupons.eligible(
        replace(TEN_OFF, margin_floor=floor), cream(price_fen=price, cost_fen=cost)
    )
    assert verdict.reason == reason
    assert bool(verdict) is not bool(reason)


def test_the_cheapest_variant_must_keep_the_margin_too(cream: Cream) -> None:
    cheap = (Variant("小样", "", "", 7_000, 1),)
    assert coupons.eligible(TEN_OFF, cream())
    assert coupons.eligible(TEN_OFF, cream(variants=cheap)).reason == "below_margin"


def test_a_coupon_below_the_margin_is_not_issued(shop: Database, cream: Cream) -> None:
    with pytest.raises(BelowMargin, match="C1"):
        _issue(shop, "v", cream(cost_fen=9_000))
    assert _usage(shop).issued == 0


def test_without_a_product_every_covered_one_must_keep_the_margin(
    shop: Database, cream: Cream
) -> None:
    assert _issue(shop, "v", None).sku is None
    with shop.begin() as session:
        catalogue.upsert(session, cream(sku="C2", cost_fen=9_900))
    with pytest.raises(BelowMargin, match="C2"):
        _issue(shop, "w", None)
    with shop.begin() as session:
        catalogue.upsert(session, cream(sku="C2", cost_fen=9_900, category="女装"))
        coupons.upsert(session, replace(TEN_OFF, category="美妆"))
    assert _issue(shop, "w", None).repeated is False


def test_campaigns_are_for_their_product_or_category(shop: Database, cream: Cream) -> None:
    assert coupons.eligible(replace(TEN_OFF, sku="C9"), cream()).reason == "other_product"
    assert coupons.eligible(replace(TEN_OFF, category="女装"), cream()).reason == "other_product"
    assert coupons.eligible(replace(TEN_OFF, category="美妆", sku="C1"), cream())
    with shop.begin() as session:
        coupons.upsert(session, replace(TEN_OFF, category="女装"))
    with pytest.raises(NotInCampaign):
        _issue(shop, "v", cream())


def test_running_leaves_out_what_can_give_nothing(shop: Database) -> None:
    later = replace(TEN_OFF, campaign_id="later", starts_at=NOW + timedelta(hours=1))
    spent = replace(TEN_OFF, campaign_id="spent", budget_fen=999)
    full = replace(TEN_OFF, campaign_id="full", total_limit=0)
    big = replace(TEN_OFF, campaign_id="big", amount_fen=2_000, total_limit=None)
    with shop.begin() as session:
        for campaign in (later, spent, full, big):
            coupons.upsert(session, campaign)
        assert coupons.running(session, NOW) == [big, TEN_OFF]


def test_editing_a_campaign_keeps_its_counters(shop: Database, cream: Cream) -> None:
    _issue(shop, "v", cream())
    with shop.begin() as session:
        coupons.upsert(session, replace(TEN_OFF, total_limit=1))
        assert coupons.get(session, "T").total_limit == 1
    with pytest.raises(CampaignExhausted):
        _issue(shop, "w", cream())


def test_a_coupon_is_used_once_by_its_own_viewer(shop: Database, cream: Cream) -> None:
    code = _issue(shop, "v", cream()).code
    with shop.begin() as session:
        with pytest.raises(UnusableCoupon):
            coupons.redeem(session, code, "w", "o1", NOW)
        with pytest.raises(UnusableCoupon):
            coupons.redeem(session, code, "v", "o1", NOW + DAY)
        coupons.redeem(session, code, "v", "o1", NOW)
        coupons.redeem(session, code, "v", "o1", NOW)
        with pytest.raises(UnusableCoupon):
            coupons.redeem(session, code, "v", "o2", NOW)
        assert coupons.of_viewer(session, "v", NOW) == []
    assert _usage(shop).used == 1
