"""Words that the owner adds to the shipped lists, or takes out of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, PrimaryKey, SafeText, UtcDateTime


class WordRow(Base):
    """One word; replacement "" holds what contains it, and only forbidden words have another."""

    __tablename__ = "word"
    __table_args__ = (
        UniqueConstraint("kind", "word"),
        CheckConstraint(
            "kind IN ('abuse', 'advert', 'contact', 'forbidden', 'allowed')", name="kind"
        ),
        CheckConstraint("replacement = '' OR kind = 'forbidden'", name="replacement"),
    )

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    kind: Mapped[str] = mapped_column(SafeText)
    word: Mapped[str] = mapped_column(SafeText)
    replacement: Mapped[str] = mapped_column(SafeText, server_default=sql("''"))
    sounds: Mapped[bool] = mapped_column(server_default=sql("false"))
    enabled: Mapped[bool] = mapped_column(server_default=sql("true"))
    note: Mapped[str] = mapped_column(SafeText, server_default=sql("''"))
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
