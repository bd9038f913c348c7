"""How long a recommendation takes in a large shop, and what items and viewers cost in memory.

Synthetic shops of each size, popularity by Zipf's law, vectors of the real encoder where it is
built. Moments in equal parts: nothing known, product on air, a history, a question, a wish with
conditions. Each kind of recommender runs in a process of its own, on one core: `recommend` with
all filters and reasons, `restock` of one item, and the update of one viewer's portrait. Of three
rounds over all queries the best of each counts; "single" is one round before, as it came.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Cell, in_child, report
from benchmarks.large_shop.held import held_bytes
from benchmarks.large_shop.moments import NOW, events, queries
from benchmarks.large_shop.shelf import DIMENSIONS, palette, shelf
from recsys.embedding import EncoderMissing, default_encoder
from recsys.profiles import Act, ItemProfiles, Portrait, pack, unpack
from recsys.recommend import Recommender

SIZES: Final = (1_000, 10_000, 100_000)
VIEWERS: Final = 1_000_000
WARM: Final = 20
ROUNDS: Final = 3
RESTOCKS: Final = 200
UPDATES: Final = 20_000
K: Final = 10
SEED: Final = 7
FIGURES: Final = (
    "fit_s",
    "p50_ms",
    "p99_ms",
    "cpu_p99_ms",
    "first_p99_ms",
    "restock_p99_ms",
    "item_bytes",
)
# Every library's own pool: a product of matrices must not take a second core.
ONE_CORE: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

MODULE: Final = "benchmarks.recommend_latency"

Figures = dict[str, Any]
Colours = NDArray[np.float32]
Seconds = NDArray[np.float64]


def kinds() -> dict[str, type[Recommender]]:
    """Every recommender by its kind, also those that a later version adds."""
    found: dict[str, type[Recommender]] = {}
    waiting: list[type[Recommender]] = Recommender.__subclasses__()
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if "kind" in vars(one):
            found[one.kind] = one
    return dict(sorted(found.items()))


def measure(kind: str, size: int, viewers: int, count: int, colours: Colours) -> Figures:
    """Figures of one kind in a shop of `size` items, in this process."""
    shop = shelf(size, SEED, colours)
    behaviour = events(shop, viewers, SEED + 1)
    started = time.perf_counter()
    model = kinds()[kind]().fit(shop.items, behaviour, NOW)
    fit_s = time.perf_counter() - started
    del behaviour
    asked = queries(shop, colours, count, SEED + 2)
    works = [partial(model.recommend, query, K) for query in asked]
    skus = np.random.default_rng(SEED).choice(shop.items.skus, RESTOCKS)
    restocks = [partial(model.restock, {str(sku): 3}) for sku in skus]
    (first, _), (wall, cpu) = _timed(works), _timed(works, ROUNDS)
    restock, _ = _timed(restocks, ROUNDS)
    return {
        "fit_s": round(fit_s, 2),
        "p50_ms": _percentile(wall, 50),
        "p99_ms": _percentile(wall, 99),
        "cpu_p99_ms": _percentile(cpu, 99),
        "first_p99_ms": _percentile(first, 99),
        "restock_p99_ms": _percentile(restock, 99),
        "item_bytes": round(held_bytes(model) / size),
    }


def measure_viewers(size: int, viewers: int, colours: Colours) -> Figures:
    """Update of portraits: in memory, and with the way out of and back into a packed store."""
    shop = shelf(size, SEED, colours)
    items = ItemProfiles.of(shop.items)
    rng = np.random.default_rng(SEED)
    # One event each to begin with, as a viewer of one visit has few, and then more for some.
    told = events(shop, max(viewers, UPDATES), SEED + 1).sort_values("ts")
    acts = [
        Act(event, float(ts), sku, value, str(number))
        for number, (event, ts, sku, value) in enumerate(
            told[["event", "ts", "sku", "value"]].iloc[: viewers + UPDATES].itertuples(index=False)
        )
    ]
    store = [pack(Portrait.of([act], items)) for act in acts[:viewers]]
    whose = rng.integers(0, viewers, UPDATES)
    held = [unpack(store[viewer]) for viewer in whose]
    fresh = acts[-UPDATES:]
    update = [
        partial(portrait.after, act, items) for portrait, act in zip(held, fresh, strict=True)
    ]
    after, cpu = _timed(update, ROUNDS)

    def stored_update(viewer: int, act: Act) -> None:
        store[viewer] = pack(unpack(store[viewer]).after(act, items))

    stored, _ = _timed(
        [partial(stored_update, viewer, act) for viewer, act in zip(whose, fresh, strict=True)]
    )
    busiest = Portrait.of(acts[:500], items)
    return {
        "viewers": viewers,
        "update_p50_ms": _percentile(after, 50),
        "update_p99_ms": _percentile(after, 99),
        "update_cpu_p99_ms": _percentile(cpu, 99),
        "stored_p99_ms": _percentile(stored, 99),
        "viewer_bytes": round(sum(map(sys.getsizeof, store)) / viewers) + 8,
        "busy_viewer_bytes": len(pack(busiest)),
    }


def _timed(works: Sequence[Callable[[], Any]], rounds: int = 1) -> tuple[Seconds, Seconds]:
    """Seconds of each by the clock, and of this thread's processor: the best of its rounds.

    Rounds take turns over all works, so that none meets its own warm caches; the best counts, as
    on a busy machine the worst measures the neighbours.
    """
    for work in works[:WARM]:
        work()
    wall, cpu = np.full(len(works), np.inf), np.full(len(works), np.inf)
    for _ in range(rounds):
        for number, work in enumerate(works):
            started, spent = time.perf_counter(), time.thread_time()
            work()
            cpu[number] = min(cpu[number], time.thread_time() - spent)
            wall[number] = min(wall[number], time.perf_counter() - started)
    return wall, cpu


def _percentile(seconds: Seconds, percent: float) -> float:
    return round(float(np.percentile(seconds, percent)) * 1e3, 4)


def _colours() -> Colours:
    try:
        encoder = default_encoder()
    except EncoderMissing:
        print(f"no encoder: vectors of {DIMENSIONS} dimensions are drawn", file=sys.stderr)
        return palette(SEED, None)
    return palette(SEED, lambda texts: encoder.encode(texts, "passage"))


def _compare(options: argparse.Namespace) -> Figures:
    os.environ.update(dict.fromkeys(ONE_CORE, "1"))
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "palette.npy"
        np.save(file, _colours())
        common = ["--viewers", str(options.viewers), "--queries", str(options.queries)]
        common += ["--palette", str(file)]
        for size in options.sizes:
            for kind in options.kinds:
                child = [*common, "--child", kind, "--sizes", str(size)]
                figures.setdefault(kind, {})[str(size)] = in_child(MODULE, child)
        largest = ["--child", "portrait", "--sizes", str(max(options.sizes)), *common]
        figures["portrait"] = in_child(MODULE, largest)
    return figures


def _child(options: argparse.Namespace) -> Figures:
    """One measurement, in this process."""
    size, colours = options.sizes[0], np.load(options.palette, allow_pickle=False)
    if options.child == "portrait":
        return measure_viewers(size, options.viewers, colours)
    return measure(options.child, size, options.viewers, options.queries, colours)


def _show(figures: Figures, options: argparse.Namespace) -> None:
    rows: list[list[Cell]] = [
        [f"{kind}, {int(size):,} items", *map(row.get, FIGURES)]
        for kind in options.kinds
        for size, row in figures[kind].items()
    ]
    headers = (
        "recommender",
        "fit s",
        "p50 ms",
        "p99 ms",
        "CPU p99 ms",
        "single p99 ms",
        "restock ms",
        "bytes/item",
    )
    told = figures["portrait"]
    print(f"{options.viewers:,} viewers, {options.queries} queries of {K}, one core")
    print(
        f"portrait: update p50 {told['update_p50_ms']} ms, p99 {told['update_p99_ms']} ms, "
        f"CPU p99 {told['update_cpu_p99_ms']} ms, "
        f"with packing p99 {told['stored_p99_ms']} ms; {told['viewer_bytes']} bytes a viewer, "
        f"{told['busy_viewer_bytes']} of 500 events"
    )
    report(headers, rows, figures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boxiaoer bench recommend_latency",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sizes", type=_count, nargs="+", default=list(SIZES), help="items")
    parser.add_argument("--viewers", type=_count, default=VIEWERS, help="three events each")
    parser.add_argument("--queries", type=_count, default=1_000, help="measured, per shop")
    parser.add_argument(
        "--kinds", nargs="+", choices=list(kinds()), default=list(kinds()), help="default: all"
    )
    # How the benchmark calls itself for one measurement.
    parser.add_argument("--child", choices=["portrait", *kinds()], help=argparse.SUPPRESS)
    parser.add_argument("--palette", type=Path, help=argparse.SUPPRESS)
    return parser


def _count(text: str) -> int:
    number = int(text.replace(",", "").replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def main(argv: Sequence[str] | None = None) -> int:
    """Measure every size and kind; 0 on success."""
    options = _parser().parse_args(argv)
    try:
        if options.child:
            print(json.dumps(_child(options)))
        else:
            _show(_compare(options), options)
    except (OSError, ValueError, RuntimeError, MemoryError) as error:
        print(f"bench recommend_latency: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
