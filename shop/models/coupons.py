"""Coupon campaigns and the coupons handed out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, SafeText, UtcDateTime


class CampaignRow(Base):
    """One campaign with its counters; NULL limits mean no limit."""

    __tablename__ = "campaign"
    __table_args__ = (
        CheckConstraint("kind = 'amount'", name="kind"),
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("threshold_fen >= 0", name="threshold"),
        CheckConstraint("margin_floor >= 0 AND margin_floor < 1", name="margin_floor"),
        CheckConstraint("starts_at < ends_at", name="window"),
        CheckConstraint("issued >= 0 AND spent_fen >= 0", name="counters"),
    )

    campaign_id: Mapped[str] = mapped_column(SafeText, primary_key=True)
    title: Mapped[str] = mapped_column(SafeText)
    kind: Mapped[str] = mapped_column(SafeText)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    threshold_fen: Mapped[int] = mapped_column(BigInteger)
    sku: Mapped[str | None] = mapped_column(ForeignKey("product.sku", ondelete="CASCADE"))
    category: Mapped[str | None] = mapped_column(SafeText)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    total_limit: Mapped[int | None] = mapped_column(BigInteger)
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    margin_floor: Mapped[float]
    public: Mapped[bool]
    issued: Mapped[int] = mapped_column(BigInteger)
    spent_fen: Mapped[int] = mapped_column(BigInteger)


class CouponRow(Base):
    """One coupon; the unique constraint is what makes "one each" true under any load."""

    __tablename__ = "coupon"
    __table_args__ = (UniqueConstraint("campaign_id", "viewer"),)

    code: Mapped[str] = mapped_column(SafeText, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.campaign_id"))
    viewer: Mapped[str] = mapped_column(SafeText, index=True)
    title: Mapped[str] = mapped_column(SafeText)
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    threshold_fen: Mapped[int] = mapped_column(BigInteger)
    sku: Mapped[str | None] = mapped_column(SafeText)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    order_id: Mapped[str | None] = mapped_column(SafeText)
