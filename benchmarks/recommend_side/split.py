"""Interactions of a file, each viewer's last one held out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from benchmarks.recommend_side.failure import BenchFailed
from recsys.clock import epoch_seconds
from recsys.evaluation.splits import leave_last_out
from recsys.profiles import Touch
from recsys.recommend import ItemTable, Query

COLUMNS: Final = {"user_id": "viewer", "item_id": "sku", "timestamp": "ts"}
MILLISECONDS: Final = 1e11
READERS: Final[Mapping[str, Callable[[Path], pd.DataFrame]]] = {
    ".parquet": pd.read_parquet,
    ".csv": pd.read_csv,
    ".gz": pd.read_csv,
}


def read_table(path: Path) -> pd.DataFrame:
    """A .csv, .csv.gz or .parquet file. Raises BenchFailed."""
    reader = READERS.get(path.suffix)
    if reader is None or not path.is_file():
        raise BenchFailed(f"{path}: no .csv, .csv.gz or .parquet file")
    return reader(path)


def read_interactions(path: Path, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """viewer, sku (text) and ts (epoch s), in order of time; `names`: user_id=Customer ID, ….

    Of repeated pairs the last counts, since what is in the history is not ranked. Raises
    BenchFailed when a column is missing.
    """
    table = read_table(path)
    table = table.rename(columns={there: ours for ours, there in (names or {}).items()})
    if missing := [name for name in COLUMNS if name not in table]:
        raise BenchFailed(f"{path} lacks {', '.join(missing)}; name them: --map {missing[0]}=…")
    frame = table[list(COLUMNS)].rename(columns=COLUMNS).dropna()
    seconds = epoch_seconds(frame["ts"])
    frame["ts"] = np.where(seconds > MILLISECONDS, seconds / 1e3, seconds)
    for name in ("viewer", "sku"):
        frame[name] = frame[name].astype(str).str.strip().str.removesuffix(".0")
    frame = frame.sort_values(["viewer", "ts"], kind="stable")
    return frame.drop_duplicates(["viewer", "sku"], keep="last", ignore_index=True)


def read_items(path: Path, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """sku, title and category; texts are whatever the file calls title, of each item the last.

    Raises BenchFailed.
    """
    table = read_table(path)
    table = table.rename(columns={there: ours for ours, there in (names or {}).items()})
    if missing := [name for name in ("item_id", "title") if name not in table]:
        raise BenchFailed(f"{path} lacks {', '.join(missing)}; name them: --map {missing[0]}=…")
    frame = table.rename(columns={"item_id": "sku"}).dropna(subset=["sku", "title"])
    frame["sku"] = frame["sku"].astype(str).str.strip().str.removesuffix(".0")
    kept = [name for name in ("sku", "title", "category") if name in frame]
    return frame[kept].drop_duplicates("sku", keep="last", ignore_index=True)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What may be learnt from, and whom it is asked about.

    train: viewer, sku, ts, by viewer and time; asked: viewers; wanted: the SKU of each.
    """

    train: pd.DataFrame
    asked: tuple[str, ...]
    wanted: tuple[str, ...]

    @classmethod
    def of(cls, interactions: pd.DataFrame, most: int | None = None, seed: int = 7) -> Split:
        """Leave-last-out; at most `most` viewers are asked about, drawn by the seed."""
        train, test = leave_last_out(interactions)
        if test.empty:
            raise BenchFailed("no viewer has two items: nothing can be held out")
        if most is not None and len(test) > most:
            test = test.sample(most, random_state=seed).sort_index()
        train = train.reset_index(drop=True)
        return cls(train, tuple(test["viewer"]), tuple(test["sku"]))

    @property
    def now(self) -> datetime:
        """After everything that happened."""
        return moment(float(self.train["ts"].max())) + timedelta(days=1)

    def queries(self) -> list[Query]:
        """Each asked viewer's history in its order. Nobody bought: nothing is hidden."""
        own = dict(tuple(self.train.groupby("viewer", sort=False)))
        return [_query(own[viewer], self.now) for viewer in self.asked]


def _query(own: pd.DataFrame, now: datetime) -> Query:
    times = (moment(ts) for ts in own["ts"])
    history = tuple(Touch(sku, "view", ts) for sku, ts in zip(own["sku"], times, strict=True))
    return Query(history=history, now=now)


def moment(ts: float) -> datetime:
    """Epoch seconds as a time."""
    return datetime.fromtimestamp(ts, UTC)


def item_table(skus: Sequence[str], items: pd.DataFrame | None, vectors: bool = True) -> ItemTable:
    """The items of a split; with titles, and with vectors of them where the encoder is built."""
    frame = pd.DataFrame({"sku": list(skus)})
    if items is None:
        return ItemTable.from_frame(frame, np.zeros((len(frame), 1), dtype=np.float32))
    frame = frame.merge(items, on="sku", how="left").fillna("")
    texts = (frame["title"] + " " + frame.get("category", "")).tolist()
    if not vectors:
        return ItemTable.from_frame(frame, np.zeros((len(frame), 1), dtype=np.float32))
    from recsys.embedding import default_encoder

    encoder = default_encoder()
    return ItemTable.from_frame(frame, encoder.encode(texts, "passage"), encoder.fingerprint)
