"""Splits of behaviour into what a model may see and what it is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys import names
from recsys.clock import epoch_seconds


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One fold over viewers. train: all of the other viewers; known: what the held-out viewers
    did before their last interaction, for their profile; asked: that last one.
    """

    train: pd.DataFrame
    known: pd.DataFrame
    asked: pd.DataFrame


def leave_last_out(interactions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(train, test): test holds the last interaction of each viewer, train all the rest.

    Of equal times, the later row is the last. Viewers with a single interaction stay in train:
    nothing would be known of them. Rows without a viewer or a time are left out. Applied to its
    own train, it gives a validation set. Both keep the order of the input.
    """
    kept = _sound(interactions)
    viewer = pd.factorize(kept[names.VIEWER])[0]
    order = np.lexsort((epoch_seconds(kept[names.TS]), viewer))
    by_viewer = viewer[order]
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = by_viewer[1:] != by_viewer[:-1]
    asked = np.zeros(len(order), dtype=np.bool_)
    asked[order[last]] = np.bincount(viewer)[by_viewer[last]] > 1
    return kept.loc[~asked], kept.loc[asked]


def temporal_split(
    interactions: pd.DataFrame, test_share: float = 0.2
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(train, test): all viewers' interactions before one moment, and from it on.

    The moment is the earliest that leaves at most `test_share` of the rows to test; equal times
    stay together, so test may be empty. What is trained on is never later than what is asked, as
    in service; leave-last-out looks into the future of other viewers. Rows without a viewer or a
    time are left out; viewers without a row in train are in test, too. Both keep the input's
    order. Raises ValueError for a share that is not between 0 and 1.
    """
    if not 0.0 < test_share < 1.0:
        raise ValueError(f"test_share must be between 0 and 1, not {test_share}")
    kept = _sound(interactions)
    ts = epoch_seconds(kept[names.TS])
    moments, counts = np.unique(ts, return_counts=True)
    from_here_on = np.cumsum(counts[::-1])[::-1]
    late = moments[from_here_on <= test_share * len(ts)]
    asked = ts >= (late[0] if len(late) else np.inf)
    return kept.loc[~asked], kept.loc[asked]


def viewer_folds(interactions: pd.DataFrame, k: int = 5, seed: int = 0) -> Iterator[Fold]:
    """k folds over viewers: each viewer is held out in exactly one, whole.

    It measures how well viewers are served that the model was not fitted on. Those with a single
    interaction are asked nothing. The same seed gives the same folds whatever the order of rows;
    with fewer viewers than k some folds are empty. Raises ValueError for k below 2.
    """
    if k < 2:
        raise ValueError(f"k must be 2 or more, not {k}")
    kept = _sound(interactions)
    viewer = kept[names.VIEWER].astype(str).to_numpy(object)
    everyone = sorted(set(viewer))
    places = np.random.default_rng(seed).permutation(len(everyone)) % k
    fold_of = dict(zip(everyone, places.tolist(), strict=True))
    fold = np.array([fold_of[one] for one in viewer], dtype=np.int64)
    for number in range(k):
        known, asked = leave_last_out(kept.loc[fold == number])
        yield Fold(kept.loc[fold != number], known, asked)


def _sound(interactions: pd.DataFrame) -> pd.DataFrame:
    """Rows with a viewer and a time."""
    timed = np.isfinite(epoch_seconds(interactions[names.TS]))
    return interactions.loc[timed & interactions[names.VIEWER].notna().to_numpy()]
