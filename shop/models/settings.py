"""Shop-level facts, and the counters that tell when something changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, SafeText, UtcDateTime


class SettingRow(Base):
    """One named value."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(SafeText, primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RevisionRow(Base):
    """A counter that grows at every change of what it names (faq, catalogue)."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(SafeText, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
