"""Facts about the shop as a whole, which answers quote word for word."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from shop.bulk import upsert
from shop.errors import ShopError
from shop.models import SettingRow, table_of

POLICIES = (
    "shop_name", "shipping_time", "shipping_fee", "courier", "return", "authenticity", "warranty",
    "invoice", "live_schedule", "how_to_buy", "gift",
)  # fmt: skip


class UnknownPolicy(ShopError):
    """No such policy; POLICIES names them all."""


def get_policy(session: Session, name: str) -> str | None:
    """The owner's words, or None when the shop has said nothing: then nothing is made up."""
    row = session.get(SettingRow, _key(name))
    return row.value if row else None


def set_policy(session: Session, name: str, text: str | None) -> None:
    """Store the owner's words; None or blank takes the fact back."""
    words = text.strip() if text else ""
    if words:
        row = {"name": _key(name), "value": words, "updated_at": datetime.now(UTC)}
        upsert(session, table_of(SettingRow), [row])
        session.expire_all()
    elif (stored := session.get(SettingRow, _key(name))) is not None:
        session.delete(stored)
        session.flush()


def _key(name: str) -> str:
    if name not in POLICIES:
        raise UnknownPolicy(name)
    return f"policy.{name}"
