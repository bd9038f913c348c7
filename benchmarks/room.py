"""The room engine beside a plain Rasa that is asked about every comment, in one run.

Both get the same comments: chatter of a real room (--noise), and shop questions drawn by Zipf's
law (--share of all). The engine gets them over HTTP at a rate, Rasa's REST channel one by one as
fast as it answers. Times are from receipt to the recorded outcome, of the labelled questions that
were answered, merged or handed to the host; `missed` is the share of them that was taken for no
question; `shed` the share that was dropped as the lowest-ranked of too many.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness import Cell, report
from benchmarks.live_room.load import ask_each, push
from benchmarks.live_room.mix import Pool, on_air, read_pool, stream
from benchmarks.live_room.outcomes import Result, collect, percentile, wait
from benchmarks.live_room.processes import (
    NotReady,
    Running,
    boxiaoer,
    family_rss_mb,
    plain_rasa,
    scratch,
)
from shop import rooms
from web.jobs.recording import BadRecording

GROWTH = (10, 100, 500, 1000, 2000, 5000)
FIGURES = ("comments_per_s", "p50_s", "p99_s", "missed", "shed", "rss_mb")


def _stage(
    running: Running, pool: Pool, options: argparse.Namespace, rate: float, seconds: float
) -> dict[str, Any]:
    """One rate for so long, in a room of its own."""
    room = f"r{rate:g}x{seconds:g}"
    with running.database.begin() as session:
        rooms.create_room(session, room)
    lines, began = stream(pool, options.share, options.seed), time.time()
    pushing = push(running.url, running.keys.ingest_key, room, lines, rate, seconds, on_air())
    pushed = asyncio.run(pushing)
    wait(running.database, room, options.patience)
    found = collect(running.database, room, pushed.asks, began)
    figures = _figures(found, family_rss_mb(running.pid))
    return {"rate": rate, "seconds": seconds, "refused": pushed.refused, **figures}


def _figures(found: Result, rss: float) -> dict[str, Any]:
    return {
        "comments_per_s": round(found.comments_per_s, 1),
        "p50_s": _rounded(found.p50_s),
        "p99_s": _rounded(found.p99_s),
        "missed": round(found.missed, 5),
        "shed": round(found.shed, 5),
        "rss_mb": round(rss, 1),
        "undecided": found.undecided,
        "questions": dict(found.reasons),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _plain(running: Running, pool: Pool, options: argparse.Namespace, folder: Path) -> Any:
    lines = stream(pool, options.share, options.seed)
    with plain_rasa(running, folder) as (url, pid):
        asked = asyncio.run(ask_each(url, lines, options.plain_seconds))
        rss = family_rss_mb(pid)
    latencies = sorted(asked.latencies)
    return {
        "comments_per_s": round(len(latencies) / asked.seconds, 1),
        "p50_s": _rounded(percentile(latencies, 50)),
        "p99_s": _rounded(percentile(latencies, 99)),
        "missed": None,
        "shed": None,
        "rss_mb": round(rss, 1),
        "failed": asked.failed,
    }


def _measure(options: argparse.Namespace, pool: Pool) -> tuple[dict[str, Any], list[Any]]:
    with scratch() as folder, boxiaoer(folder) as running:
        # Caches, and the first connections, are not what is measured.
        _stage(running, pool, options, 50, 3)
        plain = _plain(running, pool, options, folder) if options.plain_seconds else None
        growth = [
            _told(_stage(running, pool, options, rate, options.growth_seconds))
            for rate in options.rates
        ]
        ours = _told(_stage(running, pool, options, options.rate, options.seconds))
        growth += [_told(_stage(running, pool, options, options.rate, t)) for t in options.soak]
    systems = {"boxiaoer": ours}
    if plain is not None:
        ours["times_plain"] = round(ours["comments_per_s"] / max(plain["comments_per_s"], 1e-9), 1)
        systems["plain_rasa"] = plain
    return systems, growth


def _told(stage: dict[str, Any]) -> dict[str, Any]:
    print(json.dumps(stage, ensure_ascii=False), file=sys.stderr, flush=True)
    return stage


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="boxiaoer bench room", description=__doc__)
    parser.add_argument("--noise", type=Path, help="chatter, CSV user_hash,text (default: shipped)")
    parser.add_argument("--questions", type=Path, help="CSV text,intent (default: shipped)")
    parser.add_argument("--share", type=float, default=0.2, help="of questions (default 0.2)")
    parser.add_argument("--rate", type=float, default=2000, help="comments a second")
    parser.add_argument("--seconds", type=float, default=60, help="of the main stage")
    parser.add_argument("--rates", type=_rates, default=GROWTH, help="of the growth, 10,100,…")
    parser.add_argument("--growth-seconds", type=float, default=10, help="of each of them")
    parser.add_argument("--soak", type=_rates, default=(), help="more stages of SECONDS,… each")
    parser.add_argument(
        "--plain-seconds", type=float, default=20, help="of the plain Rasa; 0: none"
    )
    parser.add_argument("--patience", type=float, default=60, help="seconds without any progress")
    parser.add_argument("--seed", type=int, default=7, help="of the comments drawn")
    return parser


def _rates(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(",") if part)


def main(argv: Sequence[str] | None = None) -> int:
    """Run all stages; 0 on success, 1 where something cannot be read or started."""
    options = _parser().parse_args(argv)
    if not 0 < options.share < 1:
        print("bench room: --share must be between 0 and 1", file=sys.stderr)
        return 1
    try:
        pool = read_pool(options.questions, options.noise)
        systems, growth = _measure(options, pool)
    except (BadRecording, NotReady, OSError) as error:
        print(f"bench room: {error}", file=sys.stderr)
        return 1
    print(
        f"{len(pool.questions)} different questions, {len(set(pool.chatter))} of chatter, "
        f"{options.share:.0%} questions, {os.cpu_count()} cores"
    )
    rows: list[list[Cell]] = [[name, *map(row.get, FIGURES)] for name, row in systems.items()]
    rows += [
        [f"  {row['rate']:g}/s for {row['seconds']:g} s", *map(row.get, FIGURES)] for row in growth
    ]
    headers = ("system", "comments/s", "p50 s", "p99 s", "missed", "shed", "RSS MB")
    report(headers, rows, {**systems, "growth": growth})
    return 0


if __name__ == "__main__":
    sys.exit(main())
