"""Recommenders beside each other: ours, its parts, `implicit`, EASE and SASRec, on one split.

Interactions: `user_id,item_id,timestamp` (.csv, .csv.gz, .parquet), for example Amazon Beauty of
github.com/RUCAIBox/CIKM2020-S3Rec, MovieLens 100k (grouplens.org) or UCI Online Retail II. The
last item of each user is held out, all items are ranked, those of the history are left out; of
repeated pairs the last counts. Settings are chosen on the train part alone. With --items
`item_id,title[,category]` texts are read as well; --cold asks for items that nobody touched.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

import pandas as pd

from benchmarks.harness import Cell, in_child, report
from benchmarks.recommend_side.child import arguments
from benchmarks.recommend_side.cold import cold_figures
from benchmarks.recommend_side.failure import BenchFailed
from benchmarks.recommend_side.split import read_interactions
from benchmarks.recommend_side.systems import SASREC, SEEDED, SYSTEMS, names_of
from recsys.embedding import EncoderMissing

FIGURES = ("ndcg10", "hr10", "fit_s", "score_ms", "memory_mb")
EXPECTED = (BenchFailed, EncoderMissing, OSError)
FIRST_SEED = 7


def _run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Every system, one process each."""
    interactions = read_interactions(options.interactions, options.map)
    counted = [interactions[name].nunique() for name in ("viewer", "sku")]
    print(f"{len(interactions)} interactions, {counted[0]} users, {counted[1]} items", flush=True)
    figures: dict[str, dict[str, Any]] = {}
    for name in _systems(options):
        seeds = range(FIRST_SEED, FIRST_SEED + (options.seeds if name in SEEDED else 1))
        try:
            runs = [_child(name, seed, argv) for seed in seeds]
        except RuntimeError as error:
            print(f"{name}: left out, {error}", flush=True)
            continue
        figures[name] = _mean(runs)
        print(f"{name}: {figures[name]}", file=sys.stderr, flush=True)
    rows: list[list[Cell]] = [
        [name, *(row[key] for key in FIGURES), row["setting"]] for name, row in figures.items()
    ]
    headers = ("system", "NDCG@10", "HR@10", "fit s", "ms a user", "peak MB", "setting")
    report(headers, rows, figures)


def _systems(options: argparse.Namespace) -> list[str]:
    if unknown := set(options.systems or ()) - set(SYSTEMS):
        raise BenchFailed(f"no system {min(unknown)!r}; there are: {', '.join(SYSTEMS)}")
    names = names_of(options.systems, texts=options.items is not None)
    if SASREC in names and options.sasrec_python is None:
        print("sasrec: left out, --sasrec-python names no environment with rectools[torch]")
        names.remove(SASREC)
    return names


def _child(name: str, seed: int, argv: Sequence[str]) -> dict[str, Any]:
    own = ["--system", name, "--seed", str(seed)]
    return in_child("benchmarks.recommend_side.child", [*argv, *own])


def _mean(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means over seeds, and the spread of NDCG where there are several."""
    frame = pd.DataFrame(runs)
    mean: dict[str, Any] = {key: round(float(frame[key].mean()), 4) for key in FIGURES}
    if len(runs) > 1:
        mean["ndcg10_sd"] = round(float(frame["ndcg10"].std()), 4)
    return mean | {"setting": runs[0]["setting"]}


def _shared(options: argparse.Namespace) -> list[str]:
    """The options that each child takes as well."""
    given = {
        "--interactions": options.interactions,
        "--items": options.items,
        "--map": ",".join(f"{ours}={theirs}" for ours, theirs in options.map.items()),
        "--users": options.users,
        "--sasrec-python": options.sasrec_python,
        "--sasrec-minutes": options.sasrec_minutes,
    }
    return [text for name, value in given.items() if value for text in (name, str(value))]


def _cold(options: argparse.Namespace) -> None:
    if options.items is None:
        raise BenchFailed("--cold recommends by text: give --items")
    figures = cold_figures(options.interactions, options.items, options.map, options.users)
    rows: list[list[Cell]] = [
        [name, row["ndcg10"], row["hr10"], row["fit_s"], row["score_ms"]]
        for name, row in figures.items()
    ]
    report(("system", "NDCG@10", "HR@10", "fit s", "ms a user"), rows, figures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boxiaoer bench recommend",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    arguments(parser)
    parser.add_argument(
        "--systems", type=lambda text: text.split(","), help=f"of {','.join(SYSTEMS)}; default all"
    )
    parser.add_argument("--seeds", type=int, default=1, help="runs of what draws at random")
    parser.add_argument("--cold", action="store_true", help="items without interactions, by text")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on a file; 0 on success, 1 with one line on stderr where it cannot be done."""
    options = _parser().parse_args(argv)
    if options.interactions is None:
        print("bench recommend: left out, --interactions names no file")
        print(json.dumps({}))
        return 0
    try:
        _cold(options) if options.cold else _run(options, _shared(options))
    except EXPECTED as error:
        print(f"bench recommend: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
