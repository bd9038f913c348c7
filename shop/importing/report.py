"""What an import did, row by row where something was wrong."""

from __future__ import annotations

from dataclasses import dataclass

from shop.errors import ShopError


class ImportRefused(ShopError):
    """The file as a whole cannot be imported; the message is one line for the owner."""


class BadCell(ShopError):
    """One cell cannot be read; the message is the reason, for the owner."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault: the line as an editor counts it, the column ("" for the row), the reason."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """rows = loaded + rows with errors; loaded = created + updated + unchanged.

    A key that stands in the file more than once counts each time: created or updated by its
    first row, then updated or unchanged against the row before. A file imported again changes
    nothing, so all its rows count as unchanged.
    """

    kind: str
    rows: int
    loaded: int
    created: int
    updated: int
    unchanged: int
    errors: tuple[RowError, ...] = ()
    unknown_columns: tuple[str, ...] = ()
