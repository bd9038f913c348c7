"""Batched INSERT … ON CONFLICT for both databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar, Unpack, cast

from sqlalchemy import Column, CursorResult, Delete, Row, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shop.models import RevisionRow, table_of

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")
# Well under SQLite's 32,766 and PostgreSQL's 65,535 bound parameters.
CHUNK = 500


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Lists of at most `size`, in order."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def row_of(record: DataclassInstance) -> dict[str, Any]:
    """The fields of a dataclass by name; unlike asdict, copies nothing and so costs a tenth."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _insert(session: Session, table: Table) -> sqlite.Insert | postgresql.Insert:
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def upsert(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    conflict: Sequence[str] = (),
    grows: Sequence[str] = (),
) -> None:
    """Insert rows, or update those that are there; all rows have the same keys.

    "There" is by primary key, or by the columns of `conflict`; the columns in `grows` count up by
    one at an update instead of taking the row's value.
    """
    if not rows:
        return
    key = list(conflict) or [column.name for column in table.primary_key]
    statement = _insert(session, table)
    changed: dict[str, Any] = {
        name: statement.excluded[name] for name in rows[0] if name not in key
    }
    changed |= {name: table.c[name] + 1 for name in grows}
    if changed:
        session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)
    else:
        session.execute(statement.on_conflict_do_nothing(index_elements=key), rows)


def insert_new(
    session: Session,
    table: Table,
    rows: Sequence[Mapping[str, Any]],
    conflict: Sequence[str],
    returning: Sequence[Column[Any]],
) -> list[Row[Unpack[tuple[Any, ...]]]]:
    """Insert the rows that meet no other with the same `conflict` columns; give those back."""
    if not rows:
        return []
    statement = _insert(session, table).on_conflict_do_nothing(index_elements=list(conflict))
    return list(session.execute(statement.returning(*returning), rows))


def affected(session: Session, statement: Update | Delete) -> int:
    """Run an UPDATE or DELETE; gives how many rows it met."""
    return cast(CursorResult[Any], session.execute(statement)).rowcount


def bump(session: Session, name: str) -> None:
    """Count one change of `name` (see RevisionRow)."""
    table = table_of(RevisionRow)
    statement = _insert(session, table).values(name=name, number=1)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"number": table.c.number + 1}
        )
    )


def revision(session: Session, name: str) -> int:
    """How many changes of `name` were counted; 0 before the first."""
    row = session.get(RevisionRow, name)
    return row.number if row else 0
