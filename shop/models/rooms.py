"""Live rooms: the comment journal, the outcome of each comment, answers, hand-overs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, PrimaryKey, SafeText, UtcDateTime


class RoomRow(Base):
    """One live room."""

    __tablename__ = "room"

    room: Mapped[str] = mapped_column(SafeText, primary_key=True)
    title: Mapped[str] = mapped_column(SafeText)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CommentRow(Base):
    """One accepted comment; (room, id) is unique, so a connector may send it again."""

    __tablename__ = "comment"
    __table_args__ = (UniqueConstraint("room", "id"), Index(None, "room", "pk"))

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("room.room"))
    id: Mapped[str] = mapped_column(SafeText)
    viewer: Mapped[str] = mapped_column(SafeText)
    name: Mapped[str] = mapped_column(SafeText)
    text: Mapped[str] = mapped_column(SafeText)
    ts: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AnswerRow(Base):
    """One answer that was given, however many asked."""

    __tablename__ = "answer"

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("room.room"), index=True)
    intent: Mapped[str] = mapped_column(SafeText)
    question_text: Mapped[str] = mapped_column(SafeText)
    sku: Mapped[str | None] = mapped_column(SafeText)
    text: Mapped[str] = mapped_column(SafeText)
    blocks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    public: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutcomeRow(Base):
    """How one comment ended; its primary key is the comment, so there is one at most."""

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint("kind IN ('answered', 'merged', 'handed_over', 'dropped')", name="kind"),
        CheckConstraint(
            "answer_pk IS NOT NULL OR kind NOT IN ('answered', 'merged')", name="answer"
        ),
    )

    comment_pk: Mapped[int] = mapped_column(
        PrimaryKey, ForeignKey("comment.pk"), primary_key=True, autoincrement=False
    )
    kind: Mapped[str] = mapped_column(SafeText)
    reason: Mapped[str] = mapped_column(SafeText)
    answer_pk: Mapped[int | None] = mapped_column(PrimaryKey, ForeignKey("answer.pk"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OnAirRow(Base):
    """What was on air since when; the newest row of a room is now. NULL sku: nothing."""

    __tablename__ = "on_air"
    __table_args__ = (Index(None, "room", "pk"),)

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("room.room"))
    sku: Mapped[str | None] = mapped_column(ForeignKey("product.sku", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class HandoffRow(Base):
    """One question handed to the host, until done or skipped."""

    __tablename__ = "handoff"
    __table_args__ = (
        Index(None, "room", "closed_at"),
        CheckConstraint("how IN ('done', 'skip')", name="how"),
    )

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str | None] = mapped_column(ForeignKey("room.room"))
    viewer: Mapped[str] = mapped_column(SafeText)
    intent: Mapped[str] = mapped_column(SafeText)
    text: Mapped[str] = mapped_column(SafeText)
    sku: Mapped[str | None] = mapped_column(SafeText)
    reason: Mapped[str] = mapped_column(SafeText)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    how: Mapped[str | None] = mapped_column(SafeText)


class RoomLeaseRow(Base):
    """Who runs the engine of a room, and until when unless renewed."""

    __tablename__ = "room_lease"

    room: Mapped[str] = mapped_column(ForeignKey("room.room", ondelete="CASCADE"), primary_key=True)
    owner: Mapped[str] = mapped_column(SafeText)
    holder: Mapped[str] = mapped_column(SafeText)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
