"""FAQ entries as files that shop.importing reads back exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from sqlalchemy.orm import Session

from shop import faq
from shop.errors import ShopError
from shop.faq import FaqEntry
from shop.importing.cells import SHANGHAI
from shop.importing.escapes import guard, join, to_xlsx

# In UTF-16 units; Excel calls a file with more in one cell damaged.
EXCEL_CELL = 32_767
SHEET = "问答"


class ExportRefused(ShopError):
    """This cannot be written as such a file; the message is one line for the owner."""


def _moment(value: datetime | None) -> str:
    """The owner's clock, as the importer assumes where no zone is given."""
    if value is None:
        return ""
    try:
        return value.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ")
    except OverflowError:  # the last hours of the year 9999
        return value.isoformat(" ")


# The columns of the import format, in its order.
COLUMNS: Mapping[str, Callable[[FaqEntry], str]] = {
    "faq_id": lambda entry: entry.faq_id,
    "question": lambda entry: entry.question,
    "similar_questions": lambda entry: join(entry.similar),
    "answer": lambda entry: entry.answer,
    "sku": lambda entry: entry.sku or "",
    "category": lambda entry: entry.category,
    "valid_from": lambda entry: _moment(entry.valid_from),
    "valid_to": lambda entry: _moment(entry.valid_to),
}


def faq_csv(session: Session) -> bytes:
    """Every entry, by id, as CSV in UTF-8 with BOM; no cell is a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([guard(cell) for cell in row] for row in _rows(session))
    return text.getvalue().encode("utf-8-sig")


def faq_xlsx(session: Session) -> bytes:
    """Every entry, by id, as XLSX with text cells only.

    Raises ExportRefused when an entry has more similar questions than Excel allows in a cell.
    """
    # All of them before the first is written: a workbook given up half-way leaves files open.
    rows = [[_fitting(row[0], cell) for cell in row] for row in _rows(session)]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SHEET)
    sheet.append(list(COLUMNS))
    for row in rows:
        sheet.append([_text_cell(sheet, text) for text in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _rows(session: Session) -> Iterable[list[str]]:
    for entry in faq.all_entries(session):
        yield [read(entry) for read in COLUMNS.values()]


def _fitting(faq_id: str, cell: str) -> str:
    escaped = to_xlsx(cell)
    if len(escaped.encode("utf-16-le")) > 2 * EXCEL_CELL:
        raise ExportRefused(f"问答 {faq_id} 的内容超过 Excel 一格的上限，请改用 CSV 导出")
    return escaped


def _text_cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    # openpyxl takes "=…" for a formula and "#N/A" for an error.
    cell.data_type = "s"
    cell.number_format = "@"  # or Excel makes a number of 007 when the owner edits it
    return cell
