"""Epoch seconds out of whatever a frame or a caller holds as time; without a zone, UTC is meant."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def epoch(moment: datetime) -> float:
    """Seconds since 1970 UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.timestamp()


def epoch_seconds(times: pd.Series) -> NDArray[np.float64]:
    """Seconds since 1970 UTC of a column of datetimes, ISO-8601 texts or epoch seconds.

    What cannot be read becomes NaN; the caller drops it.
    """
    if pd.api.types.is_numeric_dtype(times):
        return times.to_numpy(np.float64)
    if pd.api.types.is_datetime64_any_dtype(times):
        parsed = pd.to_datetime(times, utc=True)
    else:
        parsed = pd.to_datetime(times, utc=True, errors="coerce", format="ISO8601")
    since = parsed - pd.Timestamp(0, tz="UTC")
    return np.asarray(since.dt.total_seconds(), dtype=np.float64)
