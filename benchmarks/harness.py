"""What every benchmark shares: a table for the reader, a last line of JSON for scripts."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

Cell = str | int | float | None


def width(text: str) -> int:
    """Columns of a terminal that a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:.4g}" if isinstance(cell, float) else str(cell)


def table(headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Rows under their headers: first column to the left, figures to the right."""
    lines = [list(headers), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(width(line[column]) for line in lines) for column in range(len(headers))]
    printed = []
    for line in lines:
        cells = [" " * (size - width(text)) + text for text, size in zip(line, widths, strict=True)]
        cells[0] = line[0] + " " * (widths[0] - width(line[0]))
        printed.append("  ".join(cells).rstrip())
    printed.insert(1, "  ".join("-" * size for size in widths))
    return "\n".join(printed)


def report(
    headers: Sequence[str], rows: Sequence[Sequence[Cell]], figures: Mapping[str, Any]
) -> None:
    """Print the table and, last of all, the figures as one line of JSON."""
    print(table(headers, rows))
    print(json.dumps(figures, ensure_ascii=False), flush=True)


def in_child(module: str, arguments: Sequence[str]) -> dict[str, Any]:
    """Run a module in a process of its own and read the JSON on its last line.

    Memory and warm caches of one contestant must not count for the next. Raises
    RuntimeError with the child's last words.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        said = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise RuntimeError(f"{' '.join(command[1:])} failed: {said}")
    result: dict[str, Any] = json.loads(lines[-1])
    return result
