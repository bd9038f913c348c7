"""Products: unknown columns become attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from sqlalchemy.orm import Session

from shop import catalogue
from shop.catalogue import OFF, ON, Product
from shop.importing import cells
from shop.importing.kind import Audience, Column, Key, Kind, Values

_STATUSES = {
    "on": ON, "off": OFF, "上架": ON, "下架": OFF, "在售": ON, "停售": OFF, "1": ON, "0": OFF,
}  # fmt: skip


class Products(Kind[Product]):
    """Variants and size charts have files of their own, and stay as they are here."""

    columns: ClassVar[Mapping[str, Column]] = {
        "sku": Column(cells.key, required=True),
        "title": Column(cells.text, required=True),
        "category": Column(cells.text, ""),
        "brand": Column(cells.text, ""),
        "price": Column(cells.money, required=True),
        "list_price": Column(cells.money),
        "cost": Column(cells.money),
        "stock": Column(cells.count, 0),
        "link_no": Column(cells.positive),
        "aliases": Column(cells.listing, ()),
        "description": Column(cells.text, ""),
        "image_url": Column(cells.text, ""),
        "status": Column(cells.choice(_STATUSES), ON),
        # When the row was true: of several rows of one sku, the latest holds.
        "updated_at": Column(cells.moment),
    }
    keeps_unknown = True

    _FIELDS: ClassVar[dict[str, str]] = {name: name for name in columns if name != "updated_at"} | {
        "price": "price_fen",
        "list_price": "list_price_fen",
        "cost": "cost_fen",
    }

    def __init__(self, audience: Audience) -> None:
        super().__init__(audience)
        self._links: dict[int, tuple[int, str]] = {}

    def key(self, values: Values) -> Key:
        """The sku."""
        return (values["sku"],)

    def check(self, line: int, values: Values) -> tuple[str, str] | None:
        """Two products of one file may not share a link number."""
        link = values.get("link_no")
        if link is None:
            return None
        first, sku = self._links.setdefault(link, (line, values["sku"]))
        if sku == values["sku"]:
            return None
        return "link_no", f"{link} 号链接在第 {first} 行已给了商品 {sku}"

    def load(self, session: Session, keys: Sequence[Key]) -> dict[Key, Product]:
        """By sku."""
        return {(sku,): p for sku, p in catalogue.many(session, (k[0] for k in keys)).items()}

    def merge(self, before: Product | None, values: Values) -> Product:
        """Attributes are merged one by one; a blank cell takes one away."""
        known = {field: values[name] for name, field in self._FIELDS.items() if name in values}
        attributes = {**(before.attributes if before else {}), **values["attributes"]}
        known["attributes"] = {name: words for name, words in attributes.items() if words}
        return replace(before, **known) if before else Product(**known)

    def save(self, session: Session, records: Mapping[Key, Product]) -> None:
        """Store them; a link number moves to the product of the file."""
        catalogue.upsert_many(session, list(records.values()))

    def whole(self, before: Product | None, rows: Sequence[Values]) -> list[Product]:
        """In the order in which the rows were true, where they say."""
        dated = [row for row in rows if row.get("updated_at")]
        undated = [row for row in rows if not row.get("updated_at")]
        return super().whole(before, undated + sorted(dated, key=lambda row: row["updated_at"]))
