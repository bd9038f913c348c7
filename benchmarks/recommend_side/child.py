"""One system in a process of its own, so that its memory and its caches are its own.

The last line of output is JSON: ndcg10, hr10, fit_s, score_ms, memory_mb, setting.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.recommend_side.libraries import THREADS, Answers, K
from benchmarks.recommend_side.split import Split, item_table, read_interactions, read_items
from benchmarks.recommend_side.systems import SASREC, run_system
from recsys.evaluation.ranking import hit_rate, ndcg

SCRIPT = Path(__file__).with_name("sasrec.py")


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Figures of one system on one file by one seed."""
    split = Split.of(read_interactions(options.interactions, options.map), options.users)
    if options.system == SASREC:
        answers, memory = _sasrec(split, options)
    else:
        texts = read_items(options.items, options.map) if options.items else None
        items = item_table(sorted(set(split.train["sku"]) | set(split.wanted)), texts)
        with threadpool_limits(THREADS):
            answers = run_system(options.system, split, items, options.seed)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    relevant = [{sku} for sku in split.wanted]
    return {
        "ndcg10": round(ndcg(answers.lists, relevant, K), 4),
        "hr10": round(hit_rate(answers.lists, relevant, K), 4),
        "fit_s": round(answers.fit_s, 1),
        "score_ms": round(answers.score_ms, 3),
        "memory_mb": round(memory),
        "setting": answers.setting,
        "asked": len(split.asked),
    }


def _sasrec(split: Split, options: argparse.Namespace) -> tuple[Answers, float]:
    """RecTools in its own environment: files out, files in. RuntimeError with its last words."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        skus = _handed_over(split, folder)
        command = [str(options.sasrec_python), str(SCRIPT), name, str(options.seed)]
        done = subprocess.run(
            [*command, str(options.sasrec_minutes)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError((done.stderr.strip().splitlines() or ["no output"])[-1])
        figures = json.loads(done.stdout.strip().splitlines()[-1])
        shown = np.load(folder / "answers.npz")["items"]
    lists = [[skus[item] for item in row if item >= 0] for row in shown]
    setting = f"{figures['epochs']} epochs"
    return Answers(lists, figures["fit_s"], figures["score_ms"], setting), figures["memory_mb"]


def _handed_over(split: Split, folder: Path) -> list[str]:
    """Write train.csv and asked.csv with numbers for names; gives the SKU of each number."""
    viewers, names = pd.factorize(split.train["viewer"])
    items, skus = pd.factorize(split.train["sku"])
    # The place within the viewer stands for the time: equal times would lose their order.
    place = split.train.groupby("viewer").cumcount()
    frame = pd.DataFrame({"user_id": viewers, "item_id": items, "timestamp": place})
    frame.to_csv(folder / "train.csv", index=False)
    asked = pd.DataFrame({"user_id": names.get_indexer(pd.Index(split.asked))})
    asked.to_csv(folder / "asked.csv", index=False)
    return [str(sku) for sku in skus]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the parent and each child understand."""
    parser.add_argument("--interactions", type=Path, help="user_id, item_id, timestamp")
    parser.add_argument("--items", type=Path, help="item_id, title[, category]")
    parser.add_argument(
        "--map",
        type=_renaming,
        default={},
        metavar="OURS=THEIRS,…",
        help="names of the file's columns, as user_id=Customer ID,item_id=StockCode",
    )
    parser.add_argument("--users", type=int, metavar="N", help="ask about N users only")
    parser.add_argument("--sasrec-python", type=Path, help="Python that has rectools[torch]")
    parser.add_argument("--sasrec-minutes", type=float, default=20.0, help="of training, at most")


def _renaming(text: str) -> dict[str, str]:
    pairs = [pair.split("=", 1) for pair in text.split(",") if pair]
    if any(len(pair) != 2 for pair in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is not OURS=THEIRS,OURS=THEIRS")
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    arguments(parser)
    parser.add_argument("--system", required=True)
    parser.add_argument("--seed", type=int, required=True)
    print(json.dumps(measured(parser.parse_args(argv)), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
