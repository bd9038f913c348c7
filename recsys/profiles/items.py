"""What a viewer's profile needs to know of each item: kind, price within its kind, success."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys import names
from recsys.clock import epoch, epoch_seconds
from recsys.names import Event

BANDS: Final = ("低价位", "偏低价位", "中等价位", "偏高价位", "高价位")
NO_BAND: Final = -1
# A category of fewer priced items has no bands of its own: the whole shop's are taken.
LEAST_PRICED: Final = 5
RATING_LOW, RATING_HIGH = 1.0, 5.0
# Ratings at the shop's mean that every item begins with, so that a single 5 is not the best.
PRIOR_RATERS: Final = 5.0
RATING: Final = "rating"
_TILL: Final = [Event.ORDER, Event.PAY, Event.REFUND]


class Shelf(Protocol):
    """The columns of an `ItemTable` that are read; a protocol, as that module imports this one."""

    @property
    def rows(self) -> dict[str, int]: ...
    @property
    def categories(self) -> tuple[str, ...]: ...
    @property
    def brands(self) -> tuple[str, ...]: ...
    @property
    def price_fen(self) -> NDArray[np.int64]: ...
    @property
    def vectors(self) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True, eq=False)
class ItemProfiles:
    """n items; row i of every column is the same item.

    price_fen: int64 [n], negative where unknown.
    place: float32 [n], share of its category's priced items that cost less, equal prices half;
        NaN where the price is unknown.
    band: int8 [n], fifth of its category by price, index into BANDS; NO_BAND where unknown.
    vectors: float32 [n, d], of the texts.
    sales: int64 [n], purchases less refunds, not below 0.
    rating: float64 [n], within 1..5, drawn to the shop's mean by PRIOR_RATERS; NaN where nobody
        in the whole shop has rated. raters: int64 [n].
    """

    rows: dict[str, int]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    price_fen: NDArray[np.int64]
    place: NDArray[np.float32]
    band: NDArray[np.int8]
    vectors: NDArray[np.float32]
    sales: NDArray[np.int64]
    rating: NDArray[np.float64]
    raters: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.categories)

    @classmethod
    def of(
        cls,
        shelf: Shelf,
        events: pd.DataFrame | None = None,
        ratings: pd.DataFrame | None = None,
        now: datetime | None = None,
    ) -> ItemProfiles:
        """From an item table, and what is known of sales and ratings up to `now`.

        events: viewer, sku, event, ts. ratings: sku, rating[, ts]; of those that are not numbers
        within 1..5, and of unknown items, none counts.
        """
        price = np.asarray(shelf.price_fen, dtype=np.int64)
        place = _places(shelf.categories, price)
        bands = np.where(np.isnan(place), NO_BAND, np.minimum(place * len(BANDS), len(BANDS) - 1))
        rating, raters = _rated(_until(ratings, now), shelf.rows)
        return cls(
            rows=shelf.rows,
            categories=shelf.categories,
            brands=shelf.brands,
            price_fen=price,
            place=place,
            band=bands.astype(np.int8),
            vectors=shelf.vectors,
            sales=_sold(_until(events, now), shelf.rows),
            rating=rating,
            raters=raters,
        )


def _places(categories: tuple[str, ...], price: NDArray[np.int64]) -> NDArray[np.float32]:
    frame = pd.DataFrame({"category": categories, "price": np.where(price >= 0, price, np.nan)})
    groups = frame.groupby("category", sort=False)["price"]
    own, shop = (
        _share(groups.rank(), groups.transform("count")),
        _share(frame["price"].rank(), None),
    )
    few = groups.transform("count").to_numpy() < LEAST_PRICED
    return np.where(few, shop, own).astype(np.float32)


def _share(rank: pd.Series, count: pd.Series | None) -> NDArray[np.float64]:
    whole = rank.count() if count is None else count.to_numpy()
    share: NDArray[np.float64] = (rank.to_numpy(np.float64) - 0.5) / np.maximum(whole, 1)
    return share


def _until(frame: pd.DataFrame | None, now: datetime | None) -> pd.DataFrame:
    if frame is None:
        return pd.DataFrame()
    if now is None or names.TS not in frame:
        return frame
    return frame.loc[epoch_seconds(frame[names.TS]) <= epoch(now)]


def _rows_of(frame: pd.DataFrame, rows: dict[str, int]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    known = frame[frame[names.SKU].isin(rows)]
    return known, np.array([rows[sku] for sku in known[names.SKU]], dtype=np.int64)


def _sold(events: pd.DataFrame, rows: dict[str, int]) -> NDArray[np.int64]:
    """An order and its payment are one purchase: of each viewer and item, the greater count."""
    if events.empty:
        return np.zeros(len(rows), dtype=np.int64)
    kept = events[events[names.EVENT].isin(_TILL)]
    kept, row = _rows_of(kept, rows)
    pairs = pd.MultiIndex.from_arrays([kept[names.VIEWER].to_numpy(), row])
    counted = pd.DataFrame(
        {event: (kept[names.EVENT] == event).to_numpy(np.int64) for event in _TILL}, index=pairs
    )
    held = counted.groupby(level=[0, 1]).sum()
    bought = held[[Event.ORDER, Event.PAY]].max(axis=1) - held[Event.REFUND]
    item = held.index.get_level_values(1).to_numpy(np.int64)
    return np.bincount(item, bought.clip(lower=0), minlength=len(rows)).astype(np.int64)


def _rated(
    ratings: pd.DataFrame, rows: dict[str, int]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    n = len(rows)
    if ratings.empty:
        return np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    known, row = _rows_of(ratings, rows)
    value = pd.to_numeric(known[RATING], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    sound = (value >= RATING_LOW) & (value <= RATING_HIGH)
    row, value = row[sound], value[sound]
    raters = np.bincount(row, minlength=n)
    if not len(value):
        return np.full(n, np.nan), raters.astype(np.int64)
    total = np.bincount(row, value, minlength=n) + PRIOR_RATERS * value.mean()
    return total / (raters + PRIOR_RATERS), raters.astype(np.int64)
