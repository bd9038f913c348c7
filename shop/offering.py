"""What ranking needs to know of a handful of products, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.bulk import chunks
from shop.models import ProductRow, ProductSinceRow, table_of

_PRODUCT, _SINCE = table_of(ProductRow), table_of(ProductSinceRow)
_COLUMNS = (
    _PRODUCT.c.sku, _PRODUCT.c.title, _PRODUCT.c.category, _PRODUCT.c.brand, _PRODUCT.c.price_fen,
    _PRODUCT.c.cost_fen, _PRODUCT.c.stock, _PRODUCT.c.status, _SINCE.c.since,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    """One product as it stands now; `since` is None where nobody noted when it came."""

    sku: str
    title: str
    category: str
    brand: str
    price_fen: int
    cost_fen: int | None
    stock: int
    status: str
    since: datetime | None


def many(session: Session, skus: Iterable[str]) -> dict[str, Offered]:
    """The products among these that exist."""
    found: dict[str, Offered] = {}
    for part in chunks(skus):
        query = select(*_COLUMNS).outerjoin(_SINCE, _SINCE.c.sku == _PRODUCT.c.sku)
        for row in session.execute(query.where(_PRODUCT.c.sku.in_(part))):
            found[row.sku] = Offered(*row)
    return found


def stock_of_all(session: Session) -> list[tuple[str, int, str, int]]:
    """SKU, stock, status and price of every product, for a recommender that follows the shelf."""
    columns = (_PRODUCT.c.sku, _PRODUCT.c.stock, _PRODUCT.c.status, _PRODUCT.c.price_fen)
    return [(sku, stock, on, price) for sku, stock, on, price in session.execute(select(*columns))]


def categories_and_brands(session: Session) -> tuple[list[str], list[str]]:
    """Every category and every brand that a product has, in order."""
    return tuple(  # type: ignore[return-value]
        sorted(name for name in session.scalars(select(column).distinct()) if name)
        for column in (_PRODUCT.c.category, _PRODUCT.c.brand)
    )
