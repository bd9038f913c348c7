"""Behaviour as arrays over an item table, cleaned once for every recommender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys import names
from recsys.clock import epoch, epoch_seconds
from recsys.profiles import touch_weight
from recsys.recommend.items import ItemTable


class BadInteractions(ValueError):
    """A frame without a viewer, sku or ts column."""


@dataclass(frozen=True, slots=True, eq=False)
class Interactions:
    """m events, oldest first.

    viewer: int64 [m], codes from 0; item: int64 [m], rows of the item table.
    event: object [m], names; weight: float64 [m], interest in views; ts: float64 [m], epoch s.
    """

    viewer: NDArray[np.int64]
    item: NDArray[np.int64]
    event: NDArray[np.object_]
    weight: NDArray[np.float64]
    ts: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.item)

    @classmethod
    def of(cls, frame: pd.DataFrame | None, items: ItemTable, now: datetime) -> Interactions:
        """From columns viewer, sku, ts and, where there are, event and value.

        Left out: unknown items, rows without viewer or time, and times after `now` (one clock
        that runs ahead would make all else look old). Without an event column all are views.
        """
        if frame is None or frame.empty:
            frame = pd.DataFrame(columns=[names.VIEWER, names.SKU, names.TS])
        missing = [c for c in (names.VIEWER, names.SKU, names.TS) if c not in frame]
        if missing:
            raise BadInteractions(f"interactions lack the columns {', '.join(missing)}")
        frame = frame.reset_index(drop=True)
        ts = epoch_seconds(frame[names.TS])
        known = frame[names.SKU].isin(items.rows) & frame[names.VIEWER].notna()
        keep = known.to_numpy(np.bool_) & (ts <= epoch(now))
        order = np.flatnonzero(keep)[np.argsort(ts[keep], kind="stable")]
        return cls._of_clean(frame.iloc[order], ts[order], items)

    @classmethod
    def _of_clean(
        cls, frame: pd.DataFrame, ts: NDArray[np.float64], items: ItemTable
    ) -> Interactions:
        m = len(frame)
        event = np.full(m, str(names.Event.VIEW), dtype=object)
        if names.EVENT in frame:
            event = frame[names.EVENT].astype(str).to_numpy(object)
        value = np.zeros(m)
        if names.VALUE in frame:
            numbers = pd.to_numeric(frame[names.VALUE], errors="coerce")
            value = np.nan_to_num(numbers.to_numpy(np.float64, na_value=0.0))
        weight = [touch_weight(e, v) for e, v in zip(event, value, strict=True)]
        return cls(
            viewer=pd.factorize(frame[names.VIEWER])[0].astype(np.int64),
            item=np.array([items.rows[sku] for sku in frame[names.SKU]], dtype=np.int64),
            event=event,
            weight=np.array(weight, dtype=np.float64),
            ts=ts,
        )
