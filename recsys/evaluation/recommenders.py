"""A recommender measured on what viewers did next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recsys import names
from recsys.clock import epoch_seconds
from recsys.evaluation.ranking import RANKING_METRICS, coverage
from recsys.evaluation.variety import category_diversity, novelty, vector_diversity
from recsys.profiles import Touch
from recsys.recommend import Query, Recommender


@dataclass(frozen=True, slots=True)
class Held:
    """Viewers asked about: one query each, and the SKUs that they turned to."""

    queries: tuple[Query, ...]
    relevant: tuple[frozenset[str], ...]


def held_out(train: pd.DataFrame, test: pd.DataFrame) -> Held:
    """Queries from each test viewer's train history, as of the test interaction's time.

    Nothing that happened at or after that time is in the history. What is held out may have been
    bought before, so bought items are not hidden.
    """
    histories = _touches(train)
    queries, relevant = [], []
    for viewer, wanted in _touches(test).items():
        now = min(touch.ts for touch in wanted)
        past = tuple(touch for touch in histories.get(viewer, ()) if touch.ts < now)
        queries.append(Query(history=past, now=now, hide_bought=False))
        relevant.append(frozenset(touch.sku for touch in wanted))
    return Held(tuple(queries), tuple(relevant))


def measure(
    recommender: Recommender, held: Held, k: int = 10, train: pd.DataFrame | None = None
) -> dict[str, float]:
    """hr, recall, precision, ndcg, mrr, map at k and coverage, see `ranking`; novelty in bits
    among the viewers of `train` (where it is given), diversity by vectors and by category, see
    `variety`.
    """
    items = recommender.items
    lists = [[one.sku for one in given] for given in recommender.recommend_batch(held.queries, k)]
    figures = {name: metric(lists, held.relevant, k) for name, metric in RANKING_METRICS.items()}
    figures["coverage"] = coverage(lists, items.skus, k)
    if train is not None:
        once = train.drop_duplicates([names.VIEWER, names.SKU])
        known = {str(sku): int(count) for sku, count in once[names.SKU].value_counts().items()}
        figures["novelty"] = novelty(lists, known, int(train[names.VIEWER].nunique()), k)
    category_of = dict(zip(items.skus, items.categories, strict=True))
    figures["diversity"] = vector_diversity(lists, items.rows, items.vectors, k)
    figures["category_diversity"] = category_diversity(lists, category_of, k)
    return figures


def _touches(frame: pd.DataFrame) -> dict[str, Sequence[Touch]]:
    """Each viewer's touches, oldest first; rows without viewer, item or time are left out."""
    timed = np.isfinite(epoch_seconds(frame[names.TS]))
    frame = frame.loc[timed & frame[[names.VIEWER, names.SKU]].notna().all(axis=1).to_numpy()]
    seconds = pd.Series(epoch_seconds(frame[names.TS]), index=frame.index)
    times = pd.to_datetime(seconds, unit="s", utc=True)
    events = frame[names.EVENT] if names.EVENT in frame else [names.Event.VIEW] * len(frame)
    histories: dict[str, list[Touch]] = {}
    rows = zip(frame[names.VIEWER], frame[names.SKU], events, times, strict=True)
    for viewer, sku, event, ts in rows:
        histories.setdefault(str(viewer), []).append(Touch(str(sku), str(event), ts))
    return {viewer: sorted(touches, key=lambda t: t.ts) for viewer, touches in histories.items()}
