"""A file as rows of text, whatever it was."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from shop.importing.limits import MAX_BYTES, MAX_COLUMNS, MAX_LIST, MAX_ROWS
from shop.importing.report import ImportRefused, RowError


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record: the line where it begins, and its cells or why there are none."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Column names and the records under them, read once."""

    columns: tuple[str, ...]
    records: Iterator[RawRow]

    def rows(self) -> Iterator[tuple[int, dict[str, str] | RowError]]:
        """Line and cells by column name, or what is wrong with the row; blank rows are left out."""
        for number, record in enumerate(self.records, start=1):
            if number > MAX_ROWS:
                raise ImportRefused(f"文件超过 {MAX_ROWS} 行，请拆成几个文件再导入")
            if record.fault:
                yield record.line, RowError(record.line, "", record.fault)
            elif any(cell.strip() for cell in record.cells):
                yield record.line, self._named(record)

    def _named(self, record: RawRow) -> dict[str, str] | RowError:
        cells = record.cells
        if any(cell.strip() for cell in cells[len(self.columns) :]) or len(cells) < len(
            self.columns
        ):
            reason = f"这一行有 {len(cells)} 列，表头有 {len(self.columns)} 列"
            return RowError(record.line, "", reason)
        for name, cell in zip(self.columns, cells, strict=False):
            # The columns of a kind set lower bounds of their own.
            if len(cell) > MAX_LIST:
                return RowError(record.line, name, f"内容超过 {MAX_LIST} 个字")
        return dict(zip(self.columns, (cell.strip() for cell in cells), strict=False))


def header(cells: Sequence[str]) -> tuple[str, ...]:
    """Column names: trimmed, full-width letters narrowed; trailing blank columns dropped."""
    names = [unicodedata.normalize("NFKC", cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise ImportRefused("文件是空的：第一行应当是列名")
    if len(names) > MAX_COLUMNS:
        raise ImportRefused(f"文件有 {len(names)} 列，最多 {MAX_COLUMNS} 列")
    named = [name or f"第{number}列" for number, name in enumerate(names, start=1)]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise ImportRefused(f"列名重复：{'、'.join(twice)}")
    return tuple(named)


def check_file(path: Path) -> None:
    """Raises ImportRefused unless this is a file of a size that is sensible to read."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ImportRefused(f"打不开文件 {path.name}：{error.strerror}") from error
    if not path.is_file():
        raise ImportRefused(f"{path.name} 不是文件")
    if size > MAX_BYTES:
        raise ImportRefused(
            f"文件有 {size / 2**20:.0f} MB，最大 {MAX_BYTES // 2**20} MB，请拆成几个文件再导入"
        )
