"""Recommending: the owner's rules and weights, what was shown, bundles, since when products are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, PrimaryKey, SafeText, UtcDateTime


class RecommendRuleRow(Base):
    """One business rule; target is a SKU, a category or a brand, "" where the kind has none."""

    __tablename__ = "recommend_rule"
    __table_args__ = (UniqueConstraint("kind", "target"),)

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    kind: Mapped[str] = mapped_column(SafeText)
    target: Mapped[str] = mapped_column(SafeText)
    number: Mapped[int] = mapped_column(BigInteger)
    enabled: Mapped[bool]
    note: Mapped[str] = mapped_column(SafeText)
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecommendSettingRow(Base):
    """Weights, variety and the ladder; without a row all is at its defaults."""

    __tablename__ = "recommend_setting"

    name: Mapped[str] = mapped_column(SafeText, primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImpressionRow(Base):
    """One item of one list that was shown; a click on it is the event `imp:LIST:POSITION`."""

    __tablename__ = "impression"
    __table_args__ = (
        Index(None, "viewer", "ts"),
        CheckConstraint("propensity > 0 AND propensity <= 1", name="propensity"),
    )

    list: Mapped[str] = mapped_column(SafeText, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    viewer: Mapped[str] = mapped_column(SafeText)
    place: Mapped[str] = mapped_column(SafeText)
    room: Mapped[str | None] = mapped_column(SafeText)
    sku: Mapped[str] = mapped_column(SafeText)
    propensity: Mapped[float]
    policy: Mapped[str] = mapped_column(SafeText)
    ts: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class BundleRow(Base):
    """What the owner decided on two products proposed as a bundle; left sorts before right."""

    __tablename__ = "bundle"
    __table_args__ = (
        CheckConstraint("state IN ('accepted', 'dismissed')", name="state"),
        CheckConstraint("price_fen >= 0", name="price"),
    )

    left: Mapped[str] = mapped_column(SafeText, primary_key=True)
    right: Mapped[str] = mapped_column(SafeText, primary_key=True)
    state: Mapped[str] = mapped_column(SafeText)
    price_fen: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProductSinceRow(Base):
    """When a product first came into the catalogue; NULL: before anybody noted it."""

    __tablename__ = "product_since"

    sku: Mapped[str] = mapped_column(
        ForeignKey("product.sku", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime | None] = mapped_column(UtcDateTime)
