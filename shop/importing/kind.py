"""What an importer of one kind says about itself; the engine does the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy.orm import Session

from shop.importing.limits import MAX_CELL
from shop.importing.report import BadCell

Record = TypeVar("Record")
# The cells of one row by column, read; a column that the file lacks is not there.
Values = Mapping[str, Any]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """How a cell is read; `blank` is the value of an empty one, unless it must not be empty."""

    read: Callable[[str], Any]
    blank: Any = None
    required: bool = False
    longest: int = MAX_CELL

    def value(self, cell: str) -> Any:
        """What is in a cell that is not empty; raises BadCell."""
        return self.read(checked_length(cell, self.longest))


def checked_length(cell: str, longest: int = MAX_CELL) -> str:
    """The cell; raises BadCell when it has more characters than this."""
    if len(cell) > longest:
        raise BadCell(f"内容超过 {longest} 个字")
    return cell


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose ids a viewer column holds: the key of the pseudonyms, and the channel."""

    viewer_key: str
    channel: str


class Kind(ABC, Generic[Record]):
    """One kind of file; an object serves one import, so it may remember rows it has seen."""

    columns: ClassVar[Mapping[str, Column]]
    # Columns beyond the table: kept under "attributes", or only named in the report.
    keeps_unknown: ClassVar[bool] = False
    needs_product: ClassVar[bool] = False
    # Rows with one key are parts of one record (a size chart), not its successive states.
    parts: ClassVar[bool] = False

    def __init__(self, audience: Audience) -> None:
        self.audience = audience

    @abstractmethod
    def key(self, values: Values) -> Key:
        """What makes two rows the same record."""

    @abstractmethod
    def load(self, session: Session, keys: Sequence[Key]) -> dict[Key, Record]:
        """The records among these keys that the shop holds."""

    @abstractmethod
    def merge(self, before: Record | None, values: Values) -> Record:
        """The record after this row; columns that the file lacks keep what was before."""

    @abstractmethod
    def save(self, session: Session, records: Mapping[Key, Record]) -> None:
        """Store new and changed records."""

    def check(self, line: int, values: Values) -> tuple[str, str] | None:
        """(column, reason) when the cells, each fine by itself, do not go together."""
        return None

    def whole(self, before: Record | None, rows: Sequence[Values]) -> list[Record]:
        """The record after each of its rows; the last one is stored."""
        states: list[Record] = []
        for values in rows:
            before = self.merge(before, values)
            states.append(before)
        return states


def reversed_range(values: Values, *pairs: tuple[str, str]) -> tuple[str, str] | None:
    """The first (low, high) pair of columns whose low is above its high, as check() wants it."""
    for low, high in pairs:
        first, last = values.get(low), values.get(high)
        if first is not None and last is not None and first > last:
            return low, f"{low} 不能大于 {high}"
    return None
