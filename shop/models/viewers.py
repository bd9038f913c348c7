"""Viewers (pseudonyms only), what they did and what they bought."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, SafeText, UtcDateTime


class ViewerRow(Base):
    """One pseudonym and when it was seen."""

    __tablename__ = "viewer"

    viewer: Mapped[str] = mapped_column(SafeText, primary_key=True)
    channel: Mapped[str] = mapped_column(SafeText)
    first_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)


class EventRow(Base):
    """One behaviour event; no foreign keys, since a shop front reports what it likes."""

    __tablename__ = "event"
    __table_args__ = (Index(None, "viewer", "ts"),)

    event_id: Mapped[str] = mapped_column(SafeText, primary_key=True)
    ts: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    viewer: Mapped[str] = mapped_column(SafeText)
    event: Mapped[str] = mapped_column(SafeText)
    sku: Mapped[str | None] = mapped_column(SafeText)
    value: Mapped[float | None]
    room: Mapped[str | None] = mapped_column(SafeText)


class OrderRow(Base):
    """One order of one product; sku is not a foreign key: old orders outlive products."""

    __tablename__ = "orders"
    __table_args__ = (
        Index(None, "viewer", "ts"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("paid_fen >= 0", name="paid"),
        CheckConstraint("discount_fen >= 0", name="discount"),
    )

    order_id: Mapped[str] = mapped_column(SafeText, primary_key=True)
    viewer: Mapped[str] = mapped_column(SafeText)
    ts: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    sku: Mapped[str] = mapped_column(SafeText)
    variant: Mapped[str] = mapped_column(SafeText)
    quantity: Mapped[int]
    paid_fen: Mapped[int] = mapped_column(BigInteger)
    discount_fen: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(SafeText)
    carrier: Mapped[str] = mapped_column(SafeText)
    tracking_no: Mapped[str] = mapped_column(SafeText)
