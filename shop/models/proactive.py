"""What a room says by itself: settings, timed scripts, shows, and what was said or held back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, PrimaryKey, SafeText, UtcDateTime


class ProactiveRow(Base):
    """The settings of one kind of message in one room; a kind without a row is at its defaults."""

    __tablename__ = "proactive"

    room: Mapped[str] = mapped_column(ForeignKey("room.room"), primary_key=True)
    kind: Mapped[str] = mapped_column(SafeText, primary_key=True)
    enabled: Mapped[bool]
    text: Mapped[str] = mapped_column(SafeText)
    numbers: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoomScriptRow(Base):
    """One timed script: every so many minutes, or once at a minute of the show."""

    __tablename__ = "room_script"
    __table_args__ = (
        Index(None, "room", "pk"),
        CheckConstraint("(every_minutes IS NULL) <> (at_minute IS NULL)", name="when"),
    )

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("room.room"))
    text: Mapped[str] = mapped_column(SafeText)
    enabled: Mapped[bool]
    every_minutes: Mapped[int | None]
    at_minute: Mapped[int | None]
    first_minute: Mapped[int]
    last_minute: Mapped[int | None]
    most: Mapped[int]
    version: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoomShowRow(Base):
    """One show: from its first comment or product until nothing happens for hours."""

    __tablename__ = "room_show"
    __table_args__ = (Index(None, "room", "pk"),)

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("room.room"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoomMessageRow(Base):
    """One message that the room said by itself, or that was held back, and why."""

    __tablename__ = "room_message"
    __table_args__ = (
        Index(None, "room", "at"),
        CheckConstraint("state IN ('said', 'held')", name="state"),
    )

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("room.room"))
    show_pk: Mapped[int | None] = mapped_column(PrimaryKey, ForeignKey("room_show.pk"))
    kind: Mapped[str] = mapped_column(SafeText)
    key: Mapped[str] = mapped_column(SafeText)
    state: Mapped[str] = mapped_column(SafeText)
    reason: Mapped[str] = mapped_column(SafeText)
    text: Mapped[str] = mapped_column(SafeText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
