"""Query results as data frames."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import Select
from sqlalchemy.orm import Session


def frame_of(session: Session, query: Select[Any]) -> pd.DataFrame:
    """One row a result, columns named as selected; `ts` is datetime64 in UTC, even when empty."""
    result = session.execute(query)
    table = pd.DataFrame.from_records([tuple(row) for row in result], columns=list(result.keys()))
    table["ts"] = pd.to_datetime(table["ts"], utc=True).astype("datetime64[us, UTC]")
    return table
