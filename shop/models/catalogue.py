"""Products, their variants and size charts."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, SafeText


class ProductRow(Base):
    """One product; money in fen."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("stock >= 0", name="stock"),
        CheckConstraint("status IN ('on', 'off')", name="status"),
    )

    sku: Mapped[str] = mapped_column(SafeText, primary_key=True)
    title: Mapped[str] = mapped_column(SafeText)
    category: Mapped[str] = mapped_column(SafeText, index=True)
    brand: Mapped[str] = mapped_column(SafeText)
    price_fen: Mapped[int] = mapped_column(BigInteger)
    list_price_fen: Mapped[int | None] = mapped_column(BigInteger)
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
    stock: Mapped[int] = mapped_column(BigInteger)
    # "3号链接" means one product; catalogue.upsert_many moves a number that changes hands.
    link_no: Mapped[int | None] = mapped_column(unique=True)
    aliases: Mapped[list[str]] = mapped_column(JSON)
    description: Mapped[str] = mapped_column(SafeText)
    image_url: Mapped[str] = mapped_column(SafeText)
    status: Mapped[str] = mapped_column(SafeText)
    attributes: Mapped[dict[str, str]] = mapped_column(JSON)


class VariantRow(Base):
    """One colour and size of a product; a NULL price follows the product's."""

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("stock >= 0", name="stock"),
    )

    sku: Mapped[str] = mapped_column(
        ForeignKey("product.sku", ondelete="CASCADE"), primary_key=True
    )
    variant: Mapped[str] = mapped_column(SafeText, primary_key=True)
    position: Mapped[int]
    color: Mapped[str] = mapped_column(SafeText)
    size: Mapped[str] = mapped_column(SafeText)
    price_fen: Mapped[int | None] = mapped_column(BigInteger)
    stock: Mapped[int] = mapped_column(BigInteger)


class SizeRowRow(Base):
    """One line of a product's size chart, in the chart's order; cm and kg."""

    __tablename__ = "size_row"

    sku: Mapped[str] = mapped_column(
        ForeignKey("product.sku", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[str] = mapped_column(SafeText)
    height_min: Mapped[float]
    height_max: Mapped[float]
    weight_min: Mapped[float]
    weight_max: Mapped[float]
