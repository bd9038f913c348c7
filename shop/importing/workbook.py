"""XLSX: the first sheet as text; zip bombs and broken files are refused before they are read."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from shop.importing.escapes import from_xlsx
from shop.importing.limits import (
    MAX_COLUMNS,
    MAX_RATIO,
    MAX_UNZIPPED,
    MAX_ZIP_MEMBERS,
    RATIO_FREE,
)
from shop.importing.report import ImportRefused
from shop.importing.table import RawRow, Table, header

# Excel keeps 15 digits of a number; the rest of a longer order number is lost for good.
EXCEL_DIGITS = 15


def read(path: Path) -> Table:
    """The first sheet's records; raises ImportRefused for what is no sound workbook."""
    data = io.BytesIO(path.read_bytes())
    _refuse_bomb(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and extensions that openpyxl skips
            book = openpyxl.load_workbook(data, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # The stored dimensions may lie: some exporters write A1:A1 for any sheet.
        sheet.reset_dimensions()
    except Exception as error:
        raise ImportRefused("这个 XLSX 打不开，文件可能已损坏，请重新导出") from error
    records = _records(book, sheet)
    first = next(records, None)
    if first is None:
        raise ImportRefused("文件是空的：第一行应当是列名")
    return Table(header(first.cells), _padded(records, len(first.cells)))


def _refuse_bomb(data: io.BytesIO) -> None:
    try:
        with zipfile.ZipFile(data) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ImportRefused("这个 XLSX 打不开，文件可能已损坏，请重新导出") from error
    if any(member.flag_bits & 1 for member in members):
        raise ImportRefused("这个 XLSX 有密码，请去掉密码再导入")
    packed = max(sum(member.compress_size for member in members), 1)
    size = sum(member.file_size for member in members)
    if len(members) > MAX_ZIP_MEMBERS or size > MAX_UNZIPPED:
        raise ImportRefused(f"这个 XLSX 解开后有 {size / 2**20:.0f} MB，太大，请拆成几个文件再导入")
    if size > RATIO_FREE and size / packed > MAX_RATIO:
        raise ImportRefused(
            f"这个 XLSX 的压缩比是 {size / packed:.0f} 倍，不像正常的表格，拒绝打开"
        )


def _records(book: Any, sheet: Any) -> Iterator[RawRow]:
    """Rows from the first that holds anything; a fault in the XML ends the import by name."""
    begun = False
    try:
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1)
        for line, values in enumerate(rows, start=1):
            begun = begun or any(value is not None for value in values)
            if begun:
                yield _record(line, values)
    except ImportRefused:
        raise
    except Exception as error:
        raise ImportRefused("这个 XLSX 读到一半出错，文件可能已损坏，请重新导出") from error
    finally:
        book.close()


def _record(line: int, values: tuple[Any, ...]) -> RawRow:
    for number, value in enumerate(values, start=1):
        if _lost_digits(value):
            reason = (
                f"第 {number} 列的数字超过 {EXCEL_DIGITS} 位，Excel 已丢失末尾几位；"
                "请把这一列设为文本格式，重新填写"
            )
            return RawRow(line, (), reason)
    return RawRow(line, tuple(map(_text, values)))


def _lost_digits(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) >= 10**EXCEL_DIGITS


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    # 15 digits as Excel shows them: 0.1 + 0.2 is 0.3 to the owner.
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) >= 1e-4 or not value else f"{value:.15f}"
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return from_xlsx(str(value))


def _padded(records: Iterator[RawRow], width: int) -> Iterator[RawRow]:
    """Excel leaves trailing blank cells out; a short row here is not a ragged one."""
    for record in records:
        missing = width - len(record.cells)
        yield RawRow(record.line, record.cells + ("",) * missing, record.fault)
