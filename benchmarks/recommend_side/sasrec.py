"""SASRec by RecTools, in an environment of its own; runs as a file, imports nothing of ours.

RecTools holds numpy below 2 and pandas below 3, so it cannot share the project's environment:
`python3.11 -m venv sasrec && sasrec/bin/pip install "rectools[torch]" torch==2.13.0`.

Input: a folder with train.csv (user_id, item_id, timestamp; ordered) and asked.csv (user_id).
Output: answers.npz (items: int64 [asked, k], -1 where there were fewer), and on the last line
JSON with fit_s, score_ms, memory_mb, epochs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

K = 10
FACTORS, BLOCKS, HEADS, LENGTH, DROPOUT = 128, 2, 2, 50, 0.3
BATCH, RATE = 128, 1e-3
THREADS = int(os.environ.get("OMP_NUM_THREADS", "2"))
MOST_EPOCHS, PATIENCE = 100, 5


def fitted(train: pd.DataFrame, seed: int, minutes: float) -> tuple[Any, Any, int]:
    """(model, dataset, epochs): stopped when the last items of 2,000 users are found no better."""
    import torch
    from pytorch_lightning import Trainer, seed_everything
    from pytorch_lightning.callbacks import EarlyStopping
    from rectools import Columns
    from rectools.dataset import Dataset
    from rectools.models import SASRecModel

    torch.set_num_threads(THREADS)
    seed_everything(seed, workers=True)
    train = train.rename(columns={"timestamp": Columns.Datetime}).assign(weight=1.0)
    train[Columns.Datetime] = pd.to_datetime(train[Columns.Datetime], unit="s")
    drawn = np.random.default_rng(seed).choice(
        train.user_id.unique(), min(2_000, train.user_id.nunique()), replace=False
    )

    def last_of_drawn(interactions: pd.DataFrame) -> np.ndarray:
        last = interactions.groupby("user_id").cumcount(ascending=False) == 0
        return (last & interactions["user_id"].isin(drawn)).to_numpy()

    def trainer() -> Trainer:
        return Trainer(
            max_epochs=MOST_EPOCHS,
            max_time={"minutes": minutes},
            callbacks=[EarlyStopping("val_loss", patience=PATIENCE)],
            accelerator="cpu",
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
        )

    model = SASRecModel(
        n_factors=FACTORS,
        n_blocks=BLOCKS,
        n_heads=HEADS,
        session_max_len=LENGTH,
        dropout_rate=DROPOUT,
        loss="softmax",
        lr=RATE,
        batch_size=BATCH,
        recommend_batch_size=256,
        get_val_mask_func=last_of_drawn,
        get_trainer_func=trainer,
        verbose=0,
    )
    dataset = Dataset.construct(train)
    model.fit(dataset)
    return model, dataset, model.fit_trainer.current_epoch


def answers(model: Any, dataset: Any, users: np.ndarray) -> np.ndarray:
    """int64 [users, K]"""
    found = model.recommend(users, dataset, k=K, filter_viewed=True)
    lists = found.groupby("user_id")["item_id"].agg(list).to_dict()
    shown = np.full((len(users), K), -1, dtype=np.int64)
    for place, user in enumerate(users):
        one = lists.get(user, [])[:K]
        shown[place, : len(one)] = one
    return shown


def main(folder: Path, seed: int, minutes: float) -> None:
    train, asked = pd.read_csv(folder / "train.csv"), pd.read_csv(folder / "asked.csv")
    began = time.perf_counter()
    model, dataset, epochs = fitted(train, seed, minutes)
    fit_s, began = time.perf_counter() - began, time.perf_counter()
    shown = answers(model, dataset, asked["user_id"].to_numpy())
    score_ms = 1e3 * (time.perf_counter() - began) / max(len(asked), 1)
    np.savez(folder / "answers.npz", items=shown)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"fit_s": fit_s, "score_ms": score_ms, "memory_mb": memory, "epochs": epochs}
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
