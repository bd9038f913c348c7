"""The shelf at a glance, for a host in the middle of a show: names, and what is running out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shop.bulk import chunks
from shop.catalogue import ON
from shop.models import ProductRow, VariantRow, table_of

_PRODUCT, _VARIANT = table_of(ProductRow), table_of(VariantRow)
# "S" and "42" are read aloud as S码 and 42码; "均码" and "30ml" are named already.
_BARE_SIZE = re.compile(r"[0-9A-Za-z/-]{1,5}", re.ASCII)
_UNIT = re.compile(r"[0-9.]+ ?(ml|g|kg|cm|l)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """How a product is called in a show."""

    sku: str
    title: str
    link_no: int | None


@dataclass(frozen=True, slots=True)
class Left:
    """How many pieces are left; `name` is the variant's, empty where a product has none."""

    name: str
    stock: int


@dataclass(frozen=True, slots=True)
class Low:
    """A product that is running out; `left`: the scarcest first, then what is sold out."""

    label: Label
    left: tuple[Left, ...]


def labels(session: Session, skus: Iterable[str]) -> dict[str, Label]:
    """How these products are called, as far as there are any."""
    found: dict[str, Label] = {}
    for part in chunks(skus):
        query = select(_PRODUCT.c.sku, _PRODUCT.c.title, _PRODUCT.c.link_no)
        for row in session.execute(query.where(_PRODUCT.c.sku.in_(part))):
            found[row.sku] = Label(*row)
    return found


def running_low(session: Session, on_air: str | None, at_most: int, limit: int = 20) -> list[Low]:
    """Of the product on air and those with a link: what has `at_most` pieces left, or none.

    The product on air first, then those with pieces left, by link number. A product with variants
    is low where one of them is, and only those are named.
    """
    shown = or_(_PRODUCT.c.sku == on_air, _PRODUCT.c.link_no.is_not(None))
    on_sale = select(_PRODUCT.c.sku, _PRODUCT.c.title, _PRODUCT.c.link_no, _PRODUCT.c.stock).where(
        _PRODUCT.c.status == ON, shown
    )
    products = {row.sku: row for row in session.execute(on_sale)}
    low: dict[str, list[Left]] = {}
    varied: set[str] = set()
    for part in chunks(products):
        query = select(_VARIANT).where(_VARIANT.c.sku.in_(part)).order_by(_VARIANT.c.position)
        for row in session.execute(query):
            varied.add(row.sku)
            if row.stock <= at_most:
                name = variant_name(row.variant, row.color, row.size)
                low.setdefault(row.sku, []).append(Left(name, row.stock))
    for sku, row in products.items():
        if sku not in varied and row.stock <= at_most:
            low[sku] = [Left("", row.stock)]
    gone = {sku for sku, left in low.items() if not any(one.stock for one in left)}
    ordered = sorted(
        low, key=lambda sku: (sku != on_air, sku in gone, products[sku].link_no or 0, sku)
    )
    return [
        Low(Label(*products[sku][:3]), tuple(sorted(low[sku], key=_urgency)))
        for sku in ordered[:limit]
    ]


def _urgency(left: Left) -> tuple[bool, int]:
    # "Three left" can still be said to the room; what is gone is gone.
    return (left.stock == 0, left.stock)


def variant_name(variant: str, color: str, size: str) -> str:
    """What a host calls a variant: 黑色S码."""
    if not (color or size):
        return variant
    bare = _BARE_SIZE.fullmatch(size) and not _UNIT.fullmatch(size)
    return color + (f"{size}码" if bare else size)
