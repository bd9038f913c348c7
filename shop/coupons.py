"""Coupons: one a viewer and campaign, never beyond limit or budget, never below the margin."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from shop import catalogue
from shop.bulk import affected, insert_new, row_of
from shop.catalogue import Product
from shop.errors import ShopError
from shop.models import CampaignRow, CouponRow, table_of

# No 0/O or 1/I/L: viewers type these. 31^14 is 69 bits, so a code cannot be guessed.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 14

_CAMPAIGN, _COUPON = table_of(CampaignRow), table_of(CouponRow)


class UnknownCampaign(ShopError):
    """No campaign has this id."""


class CampaignClosed(ShopError):
    """The campaign has not begun, or is over."""


class CampaignExhausted(ShopError):
    """Every coupon, or the whole budget, has been given out."""


class NotInCampaign(ShopError):
    """The campaign is for other products."""


class BelowMargin(ShopError):
    """The coupon would sell the product under the campaign's margin floor."""


class UnusableCoupon(ShopError):
    """No such coupon of this viewer, or it is used, or over."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """What may be given: fen off from a threshold, for one sku, one category, or anything.

    `total_limit` and `budget_fen` None are unlimited. `margin_floor` (0..1) is the least share
    of the paid price that must be left after cost.
    """

    campaign_id: str
    title: str
    kind: str
    amount_fen: int
    threshold_fen: int
    sku: str | None
    category: str | None
    starts_at: datetime
    ends_at: datetime
    total_limit: int | None = None
    budget_fen: int | None = None
    margin_floor: float = 0.0
    public: bool = True


@dataclass(frozen=True, slots=True)
class Coupon:
    """One coupon of one viewer; `repeated` when it had been given before."""

    code: str
    campaign_id: str
    viewer: str
    title: str
    amount_fen: int
    threshold_fen: int
    expires_at: datetime
    sku: str | None
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Truth says whether; `reason` is "" or other_product, cost_unknown, below_margin."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class Usage:
    """What a campaign has given out so far."""

    issued: int
    spent_fen: int
    used: int


_CAMPAIGN_COLUMNS = [_CAMPAIGN.c[field.name] for field in fields(Campaign)]
_COUPON_COLUMNS = [_COUPON.c[field.name] for field in fields(Coupon) if field.name != "repeated"]


def upsert(session: Session, campaign: Campaign) -> None:
    """Store a campaign; its counters stay what they are."""
    row = row_of(campaign)
    stored = {"issued": 0, "spent_fen": 0}
    # Named columns only: an update must not set the counters back.
    if not insert_new(
        session, _CAMPAIGN, [row | stored], ["campaign_id"], [_CAMPAIGN.c.campaign_id]
    ):
        same = _CAMPAIGN.c.campaign_id == campaign.campaign_id
        session.execute(update(_CAMPAIGN).where(same).values(**row))


def get(session: Session, campaign_id: str) -> Campaign:
    """The campaign; raises UnknownCampaign."""
    query = select(*_CAMPAIGN_COLUMNS).where(_CAMPAIGN.c.campaign_id == campaign_id)
    row = session.execute(query).first()
    if row is None:
        raise UnknownCampaign(campaign_id)
    return Campaign(*row)


def running(session: Session, now: datetime) -> list[Campaign]:
    """Campaigns that can still give a coupon now, the largest amount first."""
    query = (
        select(*_CAMPAIGN_COLUMNS)
        .where(_open(now))
        .order_by(_CAMPAIGN.c.amount_fen.desc(), _CAMPAIGN.c.campaign_id)
    )
    return [Campaign(*row) for row in session.execute(query)]


def eligible(campaign: Campaign, product: Product) -> Eligibility:
    """Whether this campaign's coupon may be given for this product."""
    if campaign.sku not in (None, product.sku) or campaign.category not in (None, product.category):
        return Eligibility("other_product")
    prices = {product.price_fen, *(variant.price_fen for variant in product.variants)}
    reasons = (_shortfall(campaign, price, product.cost_fen) for price in prices)
    return Eligibility(next(filter(None, reasons), ""))


def issue(
    session: Session, campaign_id: str, viewer: str, product: Product | None, now: datetime
) -> Coupon:
    """Give this viewer a coupon, or the one they have (`repeated`).

    With a product the coupon holds for it alone; without, the margin must hold for everything
    the campaign covers. Raises UnknownCampaign, CampaignClosed, CampaignExhausted,
    NotInCampaign or BelowMargin; nothing is counted then.
    """
    campaign = get(session, campaign_id)
    same = _CAMPAIGN.c.campaign_id == campaign_id
    if held := _held(session, campaign_id, viewer):
        return held
    if not campaign.starts_at <= now < campaign.ends_at:
        raise CampaignClosed(campaign_id)
    # Most claims of a popular campaign come too late: they end here, without a write.
    still_open = select(_CAMPAIGN.c.campaign_id).where(same, _open(now))
    if session.execute(still_open).first() is None:
        raise CampaignExhausted(campaign_id)
    _check_margin(session, campaign, product)
    coupon = Coupon(
        code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        campaign_id=campaign_id,
        viewer=viewer,
        title=campaign.title,
        amount_fen=campaign.amount_fen,
        threshold_fen=campaign.threshold_fen,
        expires_at=campaign.ends_at,
        sku=product.sku if product else campaign.sku,
    )
    return _book(session, coupon, now)


def of_viewer(session: Session, viewer: str, now: datetime) -> list[Coupon]:
    """The coupons this viewer can still use, the next to expire first."""
    query = (
        select(*_COUPON_COLUMNS)
        .where(_COUPON.c.viewer == viewer, _COUPON.c.used_at.is_(None), _COUPON.c.expires_at > now)
        .order_by(_COUPON.c.expires_at, _COUPON.c.code)
    )
    return [Coupon(*row) for row in session.execute(query)]


def redeem(session: Session, code: str, viewer: str, order_id: str, now: datetime) -> None:
    """Use a coupon for an order, once; the same order again changes nothing."""
    mine = and_(_COUPON.c.code == code, _COUPON.c.viewer == viewer)
    free = and_(_COUPON.c.used_at.is_(None), _COUPON.c.expires_at > now)
    done = affected(
        session,
        update(_COUPON)
        .where(mine, or_(free, _COUPON.c.order_id == order_id))
        .values(used_at=now, order_id=order_id),
    )
    if not done:
        raise UnusableCoupon(code)


def usage(session: Session, campaign_id: str) -> Usage:
    """What this campaign has given out; raises UnknownCampaign."""
    get(session, campaign_id)
    counters = select(_CAMPAIGN.c.issued, _CAMPAIGN.c.spent_fen)
    issued, spent = session.execute(counters.where(_CAMPAIGN.c.campaign_id == campaign_id)).one()
    used = session.execute(
        select(_COUPON.c.code).where(
            _COUPON.c.campaign_id == campaign_id, _COUPON.c.used_at.is_not(None)
        )
    ).all()
    return Usage(issued, spent, len(used))


def _open(now: datetime) -> Any:
    c = _CAMPAIGN.c
    return and_(
        c.starts_at <= now,
        c.ends_at > now,
        or_(c.total_limit.is_(None), c.issued < c.total_limit),
        or_(c.budget_fen.is_(None), c.spent_fen + c.amount_fen <= c.budget_fen),
    )


def _shortfall(campaign: Campaign, price: int, cost: int | None) -> str:
    """Why this campaign's coupon may not meet this price: cost_unknown, below_margin, or ""."""
    if cost is None:
        # A floor that cannot be checked is not kept.
        return "cost_unknown" if campaign.margin_floor > 0 else ""
    # The coupon's worst case is the smallest purchase that reaches the threshold.
    units = max(1, -(-campaign.threshold_fen // price)) if price > 0 else 1
    paid = units * price - campaign.amount_fen
    kept = paid > 0 and paid - units * cost >= Decimal(str(campaign.margin_floor)) * paid
    return "" if kept else "below_margin"


def _check_margin(session: Session, campaign: Campaign, product: Product | None) -> None:
    if product is None and campaign.sku is None:
        for sku, price, cost in catalogue.price_points(session, campaign.category):
            if reason := _shortfall(campaign, price, cost):
                raise BelowMargin(f"{sku}: {reason}")
        return
    one = product or catalogue.get(session, str(campaign.sku))
    verdict = eligible(campaign, one)
    if verdict.reason == "other_product":
        raise NotInCampaign(f"{campaign.campaign_id} is not for {one.sku}")
    if not verdict:
        raise BelowMargin(f"{one.sku}: {verdict.reason}")


def _held(session: Session, campaign_id: str, viewer: str) -> Coupon | None:
    query = select(*_COUPON_COLUMNS).where(
        _COUPON.c.campaign_id == campaign_id, _COUPON.c.viewer == viewer
    )
    row = session.execute(query).first()
    return replace(Coupon(*row), repeated=True) if row else None


def _book(session: Session, coupon: Coupon, now: datetime) -> Coupon:
    """Coupon first, counters second: the unique constraint settles who of two claims counts."""
    row = {name: value for name, value in row_of(coupon).items() if name != "repeated"}
    # A savepoint, so that a caller who catches the refusal and commits keeps no coupon.
    with session.begin_nested():
        one_each = ["campaign_id", "viewer"]
        if not insert_new(session, _COUPON, [row | {"issued_at": now}], one_each, [_COUPON.c.code]):
            held = _held(session, coupon.campaign_id, coupon.viewer)
            assert held  # noqa: S101 - the conflict was with this row
            return held
        counted = affected(
            session,
            update(_CAMPAIGN)
            .where(_CAMPAIGN.c.campaign_id == coupon.campaign_id, _open(now))
            .values(
                issued=_CAMPAIGN.c.issued + 1,
                spent_fen=_CAMPAIGN.c.spent_fen + _CAMPAIGN.c.amount_fen,
            ),
        )
        if not counted:
            raise CampaignExhausted(coupon.campaign_id)
    return coupon
