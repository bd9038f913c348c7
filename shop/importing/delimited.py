"""CSV and its relatives: encoding and delimiter are found out, faults are named by line."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from shop.importing.escapes import unguard
from shop.importing.report import ImportRefused
from shop.importing.table import RawRow, Table, header

DELIMITERS = (",", "\t", ";", "|")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(path: Path) -> Table:
    """The file's records; raises ImportRefused where they cannot be told apart."""
    text = decode(path.read_bytes())
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ImportRefused(f"第 {line} 行含有空字符（NUL），文件可能已损坏，请重新导出")
    records = _records(text, _delimiter(text))
    first = next(records, None)
    if first is None:
        raise ImportRefused("文件是空的：第一行应当是列名")
    if first.fault:
        raise ImportRefused(f"表头读不出来：{first.fault}")
    return Table(header(first.cells), records)


def decode(data: bytes) -> str:
    """Text from UTF-8 (with or without BOM), UTF-16 with BOM, or GBK/GB18030."""
    encodings = [name for bom, name in _BOMS if data.startswith(bom)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportRefused("认不出文件的编码：请另存为 UTF-8 或 GBK 的 CSV")


def _delimiter(text: str) -> str:
    """The delimiter that cuts the header into the most names."""
    start = text.lstrip("\r\n")
    line = start.splitlines()[0] if start else ""
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))


def _records(text: str, delimiter: str) -> Iterator[RawRow]:
    # strict: a stray quote is an error of its row, not a licence to swallow the rows after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                raise ImportRefused(
                    f"第 {line} 行起有一个引号没有闭合，后面的行都读不出来"
                ) from None
            yield RawRow(line, (), _fault(line, reader.line_num, str(error)))
        else:
            if cells:
                yield RawRow(line, tuple(map(unguard, cells)))


def _fault(first: int, last: int, error: str) -> str:
    where = f"第 {first} 行" if first == last else f"第 {first} 至 {last} 行"
    what = "有一格内容太长" if "field larger" in error else "引号不成对"
    return f"{where}{what}，读不出来"
