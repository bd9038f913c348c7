"""Products with their variants and size charts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, delete, func, or_, select, union_all, update
from sqlalchemy.orm import Session

from shop.bulk import affected, bump, chunks, insert_new, row_of
from shop.bulk import revision as revision_of
from shop.bulk import upsert as upsert_rows
from shop.errors import ShopError
from shop.models import ProductRow, ProductSinceRow, SizeRowRow, VariantRow, table_of

ON, OFF = "on", "off"
STATUSES = (ON, OFF)

_WORD = re.compile(r"[^\W\d_]")

_PRODUCT, _VARIANT, _SIZE = table_of(ProductRow), table_of(VariantRow), table_of(SizeRowRow)
_SINCE = table_of(ProductSinceRow)


class UnknownProduct(ShopError):
    """No product has this sku."""


class DuplicateLink(ShopError):
    """Two products were given the same link number at once."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One colour and size; price in fen, already resolved to the product's where it has none."""

    variant: str
    color: str
    size: str
    price_fen: int
    stock: int


@dataclass(frozen=True, slots=True)
class SizeRow:
    """Whom a size fits: height in cm, weight in kg, both ends included."""

    size: str
    height_min: float
    height_max: float
    weight_min: float
    weight_max: float


@dataclass(frozen=True, slots=True)
class Product:
    """One product as the shop knows it; None means that the shop does not know."""

    sku: str
    title: str
    category: str = ""
    brand: str = ""
    price_fen: int = 0
    list_price_fen: int | None = None
    cost_fen: int | None = None
    stock: int = 0
    link_no: int | None = None
    aliases: tuple[str, ...] = ()
    description: str = ""
    image_url: str = ""
    status: str = ON
    attributes: dict[str, str] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    sizes: tuple[SizeRow, ...] = ()


def get(session: Session, sku: str) -> Product:
    """The product, on sale or off; raises UnknownProduct."""
    found = _load(session, _PRODUCT.c.sku == sku)
    if not found:
        raise UnknownProduct(sku)
    return found[0]


def by_link(session: Session, link_no: int) -> Product | None:
    """The product under this link number, if it is on sale."""
    # Numbers beyond 32 bits come from viewers ("99999999999号链接") and name nothing.
    if not 0 <= link_no < 2**31:
        return None
    found = _load(session, _PRODUCT.c.link_no == link_no, _PRODUCT.c.status == ON)
    return found[0] if found else None


def listed(session: Session) -> list[Product]:
    """Products on sale, by link number and then sku."""
    return _load(session, _PRODUCT.c.status == ON)


def all_products(session: Session) -> list[Product]:
    """Every product, by link number and then sku."""
    return _load(session)


def many(session: Session, skus: Iterable[str]) -> dict[str, Product]:
    """The products among these skus that exist."""
    found: dict[str, Product] = {}
    for part in chunks(skus):
        found.update((p.sku, p) for p in _load(session, _PRODUCT.c.sku.in_(part)))
    return found


def price_points(session: Session, category: str | None) -> list[tuple[str, int, int | None]]:
    """Every pair of price and cost on sale, once, with one sku that has it; None: any category."""
    on = _PRODUCT.c.status == ON
    if category is not None:
        on &= _PRODUCT.c.category == category
    products = select(_PRODUCT.c.sku, _PRODUCT.c.price_fen, _PRODUCT.c.cost_fen).where(on)
    variants = (
        select(_PRODUCT.c.sku, _VARIANT.c.price_fen, _PRODUCT.c.cost_fen)
        .join(_VARIANT)
        .where(on, _VARIANT.c.price_fen.is_not(None))
    )
    points = union_all(products, variants).subquery()
    query = select(func.min(points.c.sku), points.c.price_fen, points.c.cost_fen)
    grouped = query.group_by(points.c.price_fen, points.c.cost_fen)
    return [(sku, price, cost) for sku, price, cost in session.execute(grouped)]


def revision(session: Session) -> int:
    """Grows at every change of the catalogue."""
    return revision_of(session, "catalogue")


def search_text(product: Product) -> str:
    """What is known about a product in words, for embeddings and search."""
    # Bare numbers and dates (sales so far, when the row was written) describe nothing.
    facts = (name + value for name, value in product.attributes.items() if _WORD.search(value))
    parts = (
        product.title, product.brand, product.category, *product.aliases, *facts,
        product.description,
    )  # fmt: skip
    return " ".join(part for part in parts if part)


FRAME_COLUMNS = (
    "sku", "title", "category", "brand", "price_fen", "cost_fen", "stock", "link_no", "status",
    "description", "text",
)  # fmt: skip


def frame(session: Session) -> pd.DataFrame:
    """Every product as one row of FRAME_COLUMNS; unknown cost and link number are <NA>."""
    rows = [
        [search_text(p) if name == "text" else getattr(p, name) for name in FRAME_COLUMNS]
        for p in all_products(session)
    ]
    table = pd.DataFrame(rows, columns=list(FRAME_COLUMNS))
    return table.astype(
        {"price_fen": "int64", "stock": "int64", "cost_fen": "Int64", "link_no": "Int64"}
    )


def upsert(session: Session, product: Product) -> None:
    """Store a product with its variants and sizes, in place of what was there."""
    upsert_many(session, [product])


def upsert_many(session: Session, products: Sequence[Product]) -> None:
    """Store products as given; a link number that another product held moves over here."""
    if not products:
        return
    for part in chunks(products):
        before = _own_prices(session, part)
        _release_links(session, part)
        upsert_rows(session, _PRODUCT, [_product_row(p) for p in part])
        skus = [p.sku for p in part]
        now = datetime.now(UTC)
        insert_new(
            session, _SINCE, [{"sku": s, "since": now} for s in skus], ["sku"], [_SINCE.c.sku]
        )
        for table in (_VARIANT, _SIZE):
            session.execute(delete(table).where(table.c.sku.in_(skus)))
        variants = [row for p in part for row in _variant_rows(p, before)]
        sizes = [
            {"sku": p.sku, "position": n, **row_of(s)} for p in part for n, s in enumerate(p.sizes)
        ]
        upsert_rows(session, _VARIANT, variants)
        upsert_rows(session, _SIZE, sizes)
    bump(session, "catalogue")


def put_stock(session: Session, sku: str, stock: int) -> None:
    """Set what is left of a product; raises UnknownProduct."""
    if not affected(session, update(_PRODUCT).where(_PRODUCT.c.sku == sku).values(stock=stock)):
        raise UnknownProduct(sku)
    bump(session, "catalogue")


def _release_links(session: Session, products: Sequence[Product]) -> None:
    links = [p.link_no for p in products if p.link_no is not None]
    if len(set(links)) < len(links):
        twice = next(n for n in links if links.count(n) > 1)
        raise DuplicateLink(f"link number {twice} is given to two products")
    # Our own rows too: two products may swap their numbers within this batch.
    ours = _PRODUCT.c.sku.in_([p.sku for p in products])
    holders = or_(ours, _PRODUCT.c.link_no.in_(links))
    session.execute(update(_PRODUCT).where(holders).values(link_no=None))


def _product_row(product: Product) -> dict[str, Any]:
    row = {column.name: getattr(product, column.name) for column in _PRODUCT.columns}
    return row | {"aliases": list(product.aliases)}


def _own_prices(
    session: Session, products: Sequence[Product]
) -> dict[tuple[str, str], tuple[int | None, int]]:
    """The stored variants' own prices (None: the product's), and their products' prices."""
    query = (
        select(_VARIANT.c.sku, _VARIANT.c.variant, _VARIANT.c.price_fen, _PRODUCT.c.price_fen)
        .join(_PRODUCT)
        .where(_VARIANT.c.sku.in_([p.sku for p in products]))
    )
    return {(sku, name): (own, base) for sku, name, own, base in session.execute(query)}


def _variant_rows(
    product: Product, before: dict[tuple[str, str], tuple[int | None, int]]
) -> Iterable[dict[str, Any]]:
    for position, variant in enumerate(product.variants):
        row = {"sku": product.sku, "position": position, **row_of(variant)}
        own, base = before.get((product.sku, variant.variant), (None, product.price_fen))
        # A variant at its product's price has none of its own, and follows when the product is
        # re-priced: even one that was read before that, and is given back with the old price.
        if own != variant.price_fen and variant.price_fen in (product.price_fen, base):
            row["price_fen"] = None
        yield row


def _load(session: Session, *where: ColumnElement[bool]) -> list[Product]:
    products = {
        row.sku: _product(row._asdict()) for row in session.execute(select(_PRODUCT).where(*where))
    }
    variants: dict[str, list[Variant]] = defaultdict(list)
    for row in session.execute(
        select(_VARIANT).join(_PRODUCT).where(*where).order_by(_VARIANT.c.sku, _VARIANT.c.position)
    ):
        price = products[row.sku].price_fen if row.price_fen is None else row.price_fen
        variants[row.sku].append(Variant(row.variant, row.color, row.size, price, row.stock))
    sizes: dict[str, list[SizeRow]] = defaultdict(list)
    for row in session.execute(
        select(_SIZE).join(_PRODUCT).where(*where).order_by(_SIZE.c.sku, _SIZE.c.position)
    ):
        sizes[row.sku].append(SizeRow(*row[2:]))
    whole = [
        replace(p, variants=tuple(variants[p.sku]), sizes=tuple(sizes[p.sku]))
        if p.sku in variants or p.sku in sizes
        else p
        for p in products.values()
    ]
    return sorted(whole, key=lambda p: (p.link_no is None, p.link_no or 0, p.sku))


def _product(row: dict[str, Any]) -> Product:
    return Product(**(row | {"aliases": tuple(row["aliases"])}))
