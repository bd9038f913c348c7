"""Cells that would be read as something else: how exports write them, how imports read them.

Each pair is exact: what the second function gets from the first is what went in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# What a spreadsheet takes for a formula, or skips on its way to one. Apostrophes before it count
# too: otherwise the text '=1 would come back as =1.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
# Backslashes mean themselves unless a bar follows, so that old files keep their meaning.
_BAR = re.compile(r"(\\*)([|｜])")
_SLASHES_AT_END = re.compile(r"\\+\Z")
# What XML cannot hold, and what would be read as the escape of such a character.
_NOT_XML = re.compile("[\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_XML_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def guard(cell: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """The text behind guard(); other leading apostrophes stay."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def join(items: Iterable[str]) -> str:
    r"""Items separated by |; a bar inside one is \|, backslashes before a bar are doubled."""
    escaped = [_BAR.sub(lambda found: f"{found[1] * 2}\\{found[2]}", item) for item in items]
    closed = [_SLASHES_AT_END.sub(lambda found: found[0] * 2, item) for item in escaped[:-1]]
    return "|".join([*closed, *escaped[-1:]])


def split(cell: str) -> list[str]:
    """The items of join(); the full-width bar separates as well."""
    items, item, at = [], "", 0
    for found in _BAR.finditer(cell):
        slashes, bar = found.groups()
        item += cell[at : found.start()] + slashes[: len(slashes) // 2]
        if len(slashes) % 2:
            item += bar
        else:
            items.append(item)
            item = ""
        at = found.end()
    return [*items, item + cell[at:]]


def to_xlsx(text: str) -> str:
    """Text as XLSX stores it: _xHHHH_ for what XML cannot hold (ECMA-376, ST_Xstring)."""
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_xlsx(text: str) -> str:
    """The text behind to_xlsx(), as Excel shows it."""
    return _XML_ESCAPE.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    # NUL and halves of surrogate pairs are no text: better a strange word than a broken row.
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)
