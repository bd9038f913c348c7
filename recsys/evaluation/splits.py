"""Splits of behaviour into what a model may see and what it is asked about."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys import names
from recsys.clock import epoch_seconds


def leave_last_out(interactions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(train, test): test holds the last interaction of each viewer, train all the rest.

    Of equal times, the later row is the last. Viewers with a single interaction stay in train:
    nothing would be known of them. Rows without a viewer or a time are left out. Applied to its
    own train, it gives a validation set. Both keep the order of the input.
    """
    ts = epoch_seconds(interactions[names.TS])
    kept = interactions.loc[np.isfinite(ts) & interactions[names.VIEWER].notna().to_numpy()]
    viewer = pd.factorize(kept[names.VIEWER])[0]
    order = np.lexsort((epoch_seconds(kept[names.TS]), viewer))
    by_viewer = viewer[order]
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = by_viewer[1:] != by_viewer[:-1]
    asked = np.zeros(len(order), dtype=np.bool_)
    asked[order[last]] = np.bincount(viewer)[by_viewer[last]] > 1
    return kept.loc[~asked], kept.loc[asked]
