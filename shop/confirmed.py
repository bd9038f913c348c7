"""Verdicts that the owner confirmed: what a retrained assistant must still get right."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shop.bulk import affected, upsert
from shop.errors import ShopError
from shop.models import ConfirmedRow, table_of

INTENT, FAQ = "intent", "faq"
KINDS = (INTENT, FAQ)
MAX_TEXT = 500

_CONFIRMED = table_of(ConfirmedRow)


class UnknownConfirmed(ShopError):
    """No verdict has this number."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """This text (about this product; "": none) means this intent or this FAQ entry."""

    pk: int
    text: str
    sku: str
    kind: str
    target: str
    confirmed_at: datetime


_COLUMNS = [_CONFIRMED.c[field.name] for field in fields(Confirmed)]


def confirm(session: Session, text: str, kind: str, target: str, sku: str = "") -> Confirmed:
    """Note what a text means, in place of what was said before; `kind` is one of KINDS."""
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    row = {
        "text": text[:MAX_TEXT],
        "sku": sku,
        "kind": kind,
        "target": target,
        "confirmed_at": datetime.now(UTC),
    }
    upsert(session, _CONFIRMED, [row], conflict=["text", "sku"])
    same = (_CONFIRMED.c.text == row["text"], _CONFIRMED.c.sku == sku)
    return Confirmed(*session.execute(select(*_COLUMNS).where(*same)).one())


def all_confirmed(session: Session) -> list[Confirmed]:
    """Every verdict, in the order in which the texts were first confirmed."""
    return [Confirmed(*row) for row in session.execute(select(*_COLUMNS).order_by(_CONFIRMED.c.pk))]


def withdraw(session: Session, pk: int) -> None:
    """Take a verdict back; raises UnknownConfirmed."""
    if not affected(session, delete(_CONFIRMED).where(_CONFIRMED.c.pk == pk)):
        raise UnknownConfirmed(str(pk))
