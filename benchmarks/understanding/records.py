"""Rows of a CSV file with known columns; rows without a text are left out and counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.understanding.failure import BenchFailed
from shop.importing.delimited import decode
from shop.importing.report import ImportRefused

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Record:
    """One row: where it ends in the file, and its stripped cells by column."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Records:
    """The rows that have a text, the columns of the file, and how many rows have none."""

    rows: tuple[Record, ...]
    columns: frozenset[str]
    skipped: int


def read_records(path: Path, needed: Sequence[str]) -> Records:
    """Rows of a UTF-8 or GBK file. Raises BenchFailed naming the file and what is wrong."""
    reader = csv.DictReader(io.StringIO(_decoded(path), newline=""), strict=True)
    began = 1
    rows = []
    try:
        columns = [name.strip() for name in reader.fieldnames or () if name]
        missing = [name for name in needed if name not in columns]
        if missing:
            raise BenchFailed(f"{path} lacks the column {', '.join(missing)}")
        began = reader.line_num + 1
        for row in reader:
            rows.append(_record(reader.line_num, row))
            began = reader.line_num + 1
    except csv.Error as error:
        # An open quote swallows the file to its end: the line where it opened says more.
        raise BenchFailed(f"{path} line {began}: {error}") from error
    spoken = tuple(row for row in rows if row.cells[TEXT])
    if not spoken:
        raise BenchFailed(f"{path} has no rows with a text")
    return Records(spoken, frozenset(columns), len(rows) - len(spoken))


def _decoded(path: Path) -> str:
    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise BenchFailed(f"cannot read {path}: {error.strerror}") from error
    except ImportRefused as error:
        raise BenchFailed(f"{path} is neither UTF-8 nor GBK") from error


def _record(line: int, row: Mapping[str, str]) -> Record:
    # Cells beyond the header come under None, missing ones as None.
    return Record(line, {name.strip(): (cell or "").strip() for name, cell in row.items() if name})
