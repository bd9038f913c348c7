"""Variants: colours and sizes of products that are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from sqlalchemy.orm import Session

from shop import catalogue
from shop.catalogue import Product, Variant
from shop.importing import cells
from shop.importing.kind import Audience, Column, Key, Kind, Values


@dataclass(frozen=True, slots=True)
class VariantOf:
    """A variant with its product, whose price it has where the file names none."""

    product: Product
    variant: Variant


class Variants(Kind[VariantOf]):
    """Variants that the file does not name stay as they are."""

    columns: ClassVar[Mapping[str, Column]] = {
        "sku": Column(cells.key, required=True),
        "variant": Column(cells.key, required=True),
        "color": Column(cells.text, ""),
        "size": Column(cells.text, ""),
        "price": Column(cells.money),
        "stock": Column(cells.count, 0),
    }
    needs_product = True

    def __init__(self, audience: Audience) -> None:
        super().__init__(audience)
        self._products: dict[str, Product] = {}

    def key(self, values: Values) -> Key:
        """Sku and variant."""
        return values["sku"], values["variant"]

    def load(self, session: Session, keys: Sequence[Key]) -> dict[Key, VariantOf]:
        """By sku and variant."""
        self._products = catalogue.many(session, dict.fromkeys(sku for sku, _ in keys))
        return {
            (sku, variant.variant): VariantOf(product, variant)
            for sku, product in self._products.items()
            for variant in product.variants
        }

    def merge(self, before: VariantOf | None, values: Values) -> VariantOf:
        """A blank price is the product's."""
        product = self._products[values["sku"]]
        known = {name: values[name] for name in ("color", "size", "stock") if name in values}
        if "price" in values:
            known["price_fen"] = product.price_fen if values["price"] is None else values["price"]
        new = Variant(values["variant"], "", "", product.price_fen, 0)
        return VariantOf(product, replace(before.variant if before else new, **known))

    def save(self, session: Session, records: Mapping[Key, VariantOf]) -> None:
        """Each into its product, new ones last."""
        changed: dict[str, dict[str, Variant]] = defaultdict(dict)
        for (sku, name), record in records.items():
            changed[sku][name] = record.variant
        products = []
        for sku, variants in changed.items():
            product = self._products[sku]
            merged = {variant.variant: variant for variant in product.variants} | variants
            products.append(replace(product, variants=tuple(merged.values())))
        catalogue.upsert_many(session, products)
