"""Epoch seconds of every kind of time that a frame may hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest

from recsys.clock import epoch, epoch_seconds

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([NOON]),
        pd.Series([NOON.astimezone(timezone(timedelta(hours=8)))]),
        pd.Series([NOON.replace(tzinfo=None)]),
        pd.Series([NOON.isoformat()]),
        pd.Series(["2026-06-01T12:00:00Z"]),
        pd.Series([NOON.timestamp()]),
        pd.Series([NOON], dtype=object),
        pd.Series([NOON]).astype("datetime64[ns, UTC]"),
        pd.Series([NOON]).astype("datetime64[s, UTC]"),
    ],
)
def test_all_kinds_give_the_same_second(column: pd.Series) -> None:
    assert epoch_seconds(column).tolist() == [NOON.timestamp()]


def test_what_is_no_time_is_nan() -> None:
    seconds = epoch_seconds(pd.Series([None, "soon", "2026-06-01"]))
    assert np.isnan(seconds[:2]).all()
    assert seconds[2] == datetime(2026, 6, 1, tzinfo=UTC).timestamp()
    assert epoch_seconds(pd.Series([], dtype=object)).shape == (0,)


def test_without_a_zone_utc_is_meant() -> None:
    assert epoch(NOON.replace(tzinfo=None)) == epoch(NOON)
