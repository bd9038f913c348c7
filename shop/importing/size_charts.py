"""Size charts: the rows of a product in a file are its whole chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from sqlalchemy.orm import Session

from shop import catalogue
from shop.catalogue import Product, SizeRow
from shop.importing import cells
from shop.importing.kind import Audience, Column, Key, Kind, Values, reversed_range

Chart = tuple[SizeRow, ...]


class SizeCharts(Kind[Chart]):
    """A blank end of a range is open: nobody is shorter than 0 or taller than 300 cm."""

    columns: ClassVar[Mapping[str, Column]] = {
        "sku": Column(cells.key, required=True),
        "size": Column(cells.text, required=True),
        "height_min": Column(cells.height, 0.0),
        "height_max": Column(cells.height, 300.0),
        "weight_min": Column(cells.weight, 0.0),
        "weight_max": Column(cells.weight, 500.0),
    }
    needs_product = True
    parts = True

    def __init__(self, audience: Audience) -> None:
        super().__init__(audience)
        self._products: dict[str, Product] = {}

    def key(self, values: Values) -> Key:
        """The sku: a chart is one record."""
        return (values["sku"],)

    def check(self, line: int, values: Values) -> tuple[str, str] | None:
        """Ranges run upwards."""
        ends = ("height_min", "height_max"), ("weight_min", "weight_max")
        return reversed_range(values, *ends)

    def load(self, session: Session, keys: Sequence[Key]) -> dict[Key, Chart]:
        """The charts of these products, for those that have one."""
        self._products = catalogue.many(session, (key[0] for key in keys))
        return {(sku,): product.sizes for sku, product in self._products.items() if product.sizes}

    def merge(self, before: Chart | None, values: Values) -> Chart:
        """One row more."""
        blanks = {name: column.blank for name, column in self.columns.items() if name != "sku"}
        row = SizeRow(**{name: values.get(name, blank) for name, blank in blanks.items()})
        rows = before or ()
        return rows if row in rows else (*rows, row)

    def whole(self, before: Chart | None, rows: Sequence[Values]) -> list[Chart]:
        """A chart begins anew: rows that were dropped from the file are gone."""
        return super().whole(None, rows)

    def save(self, session: Session, records: Mapping[Key, Chart]) -> None:
        """Each into its product."""
        catalogue.upsert_many(
            session, [replace(self._products[key[0]], sizes=c) for key, c in records.items()]
        )
