"""The items that can be recommended, as columns of arrays."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys import names
from recsys.embedding.text import normalise
from recsys.recommend.constraints import Constraints
from recsys.recommend.lexical import TextIndex

UNKNOWN_PRICE: Final = -1
# Beyond this a float no longer tells whole numbers apart; nobody has as much of anything.
MOST: Final = 1 << 53
# No number of a sentence vector is as large.
NO_VECTOR: Final = 1e6
_TEXTS: Final = ("skus", "titles", "categories", "brands", "texts")
_ARRAYS: Final = ("price_fen", "stock", "listed", "link_no", "vectors")


class BadItems(ValueError):
    """Items that cannot be recommended from: a column or a vector is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemTable:
    """n items; row i of every column is the same item. Never changed in place.

    skus, titles, categories, brands: strings as the shop writes them.
    texts: normalised text that constraints and questions are looked up in.
    price_fen: int64 [n], UNKNOWN_PRICE where it is not known.
    stock: int64 [n]; listed: bool [n] (status "on"); link_no: int64 [n], 0 where there is none.
    vectors: float32 [n, d], of `Encoder.encode(..., "passage")`; zeros where there is none.
    encoder: fingerprint of what made the vectors, so that a caller can tell them from others.
    rows: row of each SKU; place: int64 [n], of each row by link number, then as they came.
    kinds, kind_of: the distinct categories, and int64 [n] into them.
    index: where every phrase stands in the texts; shared by the tables that `with_stock` makes.
    """

    skus: tuple[str, ...]
    titles: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    texts: tuple[str, ...]
    price_fen: NDArray[np.int64]
    stock: NDArray[np.int64]
    listed: NDArray[np.bool_]
    link_no: NDArray[np.int64]
    vectors: NDArray[np.float32]
    encoder: str = ""
    rows: dict[str, int] = field(init=False)
    place: NDArray[np.int64] = field(init=False)
    kinds: tuple[str, ...] = field(init=False)
    kind_of: NDArray[np.int64] = field(init=False)
    index: TextIndex = field(init=False)
    _available: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.skus)
        lengths = {name: len(getattr(self, name)) for name in _TEXTS + _ARRAYS}
        uneven = {name: length for name, length in lengths.items() if length != n}
        if uneven or self.vectors.ndim != 2:
            raise BadItems(f"{n} items, but {uneven or 'vectors of one dimension'}")
        object.__setattr__(self, "rows", {sku: row for row, sku in enumerate(self.skus)})
        if len(self.rows) != n:
            raise BadItems(f"{n} items, but only {len(self.rows)} different SKUs")
        object.__setattr__(self, "place", _shelf_order(self.link_no))
        kinds = {category: code for code, category in enumerate(dict.fromkeys(self.categories))}
        codes = np.array([kinds[category] for category in self.categories], dtype=np.int64)
        object.__setattr__(self, "kinds", tuple(kinds))
        object.__setattr__(self, "kind_of", codes)
        object.__setattr__(self, "index", TextIndex(self.texts))
        object.__setattr__(self, "_available", (self.stock > 0) & self.listed)

    def __len__(self) -> int:
        return len(self.skus)

    @classmethod
    def from_frame(
        cls, frame: pd.DataFrame, vectors: NDArray[np.float32], encoder: str = ""
    ) -> ItemTable:
        """From `shop.catalogue.frame`; row i of `vectors` [n, d] belongs to row i of the frame.

        Only `sku` must be there. Rows without one are left out, of duplicates the last counts.
        Without a stock column nothing can be sold out; an empty stock in it is 0. Without a
        status column everything is listed.
        """
        if names.SKU not in frame or len(frame) != len(vectors):
            raise BadItems(f"need column sku and {len(frame)} vectors, got {len(vectors)}")
        frame = frame.reset_index(drop=True)
        skus = _strings(frame, names.SKU)
        keep = (skus != "") & ~skus.duplicated(keep="last")
        frame = frame.loc[keep]
        finite = np.array(vectors, dtype=np.float32)[keep.to_numpy()]
        # One infinite number would spoil the mean of the shop, and with it every item's score.
        finite[~(np.abs(finite) < NO_VECTOR)] = 0.0
        return cls(
            skus=tuple(skus[keep]),
            titles=tuple(_strings(frame, names.TITLE)),
            categories=tuple(_strings(frame, names.CATEGORY)),
            brands=tuple(_strings(frame, names.BRAND)),
            texts=_searchable(frame),
            price_fen=np.maximum(
                _integers(frame, names.PRICE_FEN, missing=UNKNOWN_PRICE), UNKNOWN_PRICE
            ),
            stock=_integers(frame, names.STOCK, missing=0 if names.STOCK in frame else 1),
            listed=_listed(frame),
            link_no=_integers(frame, names.LINK_NO, missing=0),
            vectors=finite,
            encoder=encoder,
        )

    @classmethod
    def empty(cls) -> ItemTable:
        """The table of a shop without products."""
        return cls.from_frame(pd.DataFrame({names.SKU: []}), np.empty((0, 0), dtype=np.float32))

    def with_stock(
        self,
        stock: Mapping[str, int] | None = None,
        status: Mapping[str, str] | None = None,
        price_fen: Mapping[str, int] | None = None,
    ) -> ItemTable:
        """The same items with what changes during a show; unknown SKUs are left out.

        A stock that is no number is 0, a price that is none is unknown: better not shown than
        sold by mistake. Costs one copy of the changed columns, so it can follow every order.
        """
        table = copy.copy(self)
        listed = {sku: str(value) == names.ON for sku, value in (status or {}).items()}
        stock = {sku: _integer(number, 0) for sku, number in (stock or {}).items()}
        price_fen = {sku: _price(number) for sku, number in (price_fen or {}).items()}
        for name, changes in (("stock", stock), ("listed", listed), ("price_fen", price_fen)):
            known = {self.rows[sku]: v for sku, v in changes.items() if sku in self.rows}
            if known:
                column = getattr(self, name).copy()
                column[list(known)] = list(known.values())
                object.__setattr__(table, name, column)
        object.__setattr__(table, "_available", (table.stock > 0) & table.listed)
        return table

    @property
    def available(self) -> NDArray[np.bool_]:
        """bool [n]: listed and in stock; the caller's own to change."""
        return self._available.copy()

    def known(self, skus: Sequence[str] | frozenset[str]) -> list[int]:
        """Rows of those SKUs that are in the table."""
        return [self.rows[sku] for sku in skus if sku in self.rows]

    def satisfying(self, constraints: Constraints, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """bool [n]: those of `among` that satisfy every constraint."""
        mask = among.copy()
        if constraints.min_price_fen is not None or constraints.max_price_fen is not None:
            mask &= self.price_fen != UNKNOWN_PRICE
        if constraints.min_price_fen is not None:
            mask &= self.price_fen >= constraints.min_price_fen
        if constraints.max_price_fen is not None:
            mask &= self.price_fen <= constraints.max_price_fen
        if constraints.category:
            fits = [in_category(kind, constraints.category) for kind in self.kinds]
            mask &= np.array(fits, dtype=np.bool_)[self.kind_of]
        for word in constraints.words:
            mask &= self.index.mentioning(word)
        return mask

    def save(self, folder: Path) -> None:
        """Write items.json and items.npz."""
        folder.mkdir(parents=True, exist_ok=True)
        texts = {name: getattr(self, name) for name in (*_TEXTS, "encoder")}
        (folder / "items.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")
        np.savez(folder / "items.npz", **{name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def load(cls, folder: Path) -> ItemTable:
        """Read what `save` wrote."""
        texts = json.loads((folder / "items.json").read_text("utf-8"))
        with np.load(folder / "items.npz", allow_pickle=False) as arrays:
            columns: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        columns |= {name: tuple(texts[name]) for name in _TEXTS}
        return cls(**columns, encoder=texts["encoder"])


def in_category(category: str, wanted: str) -> bool:
    """Whether one names the other or a part of it: 护肤/面霜 and 面霜."""
    return bool(category) and (wanted in category or category in wanted)


def _shelf_order(link_no: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place of each row on the shelf: by link number, then the rest as they came."""
    last = np.iinfo(np.int64).max
    order = np.argsort(np.where(link_no > 0, link_no, last), kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def _strings(frame: pd.DataFrame, column: str) -> pd.Series:
    if column not in frame:
        return pd.Series("", index=frame.index, dtype=object)
    return frame[column].astype(object).where(frame[column].notna(), "").astype(str)


def _integers(frame: pd.DataFrame, column: str, missing: int) -> NDArray[np.int64]:
    if column not in frame:
        return np.full(len(frame), missing, dtype=np.int64)
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    sound = np.where(np.isfinite(numbers), numbers, missing)
    return np.clip(sound, -MOST, MOST).astype(np.int64)


def _integer(number: Any, missing: int) -> int:
    try:
        value = float(number)
    except (TypeError, ValueError, OverflowError):
        return missing
    return int(min(max(value, -MOST), MOST)) if math.isfinite(value) else missing


def _price(number: Any) -> int:
    return max(_integer(number, UNKNOWN_PRICE), UNKNOWN_PRICE)


def _listed(frame: pd.DataFrame) -> NDArray[np.bool_]:
    if names.STATUS not in frame:
        return np.ones(len(frame), dtype=np.bool_)
    return (_strings(frame, names.STATUS) == names.ON).to_numpy(np.bool_)


def _searchable(frame: pd.DataFrame) -> tuple[str, ...]:
    columns = (names.TITLE, names.CATEGORY, names.BRAND)
    body = names.TEXT if names.TEXT in frame else names.DESCRIPTION
    parts = [_strings(frame, column) for column in (*columns, body)]
    return tuple(normalise(" ".join(row)) for row in zip(*parts, strict=True))
