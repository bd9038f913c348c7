"""What the owner teaches: badly answered questions, confirmed verdicts, own intents."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, PrimaryKey, SafeText, UtcDateTime


class QuestionRow(Base):
    """One question that was not answered well; no foreign keys, so it outlives what it names."""

    __tablename__ = "question"
    __table_args__ = (
        Index(None, "closed_at", "asked_at"),
        CheckConstraint(
            "reason IN ('unknown', 'low_confidence', 'handed_over', 'thumbs_down')", name="reason"
        ),
        CheckConstraint(
            "how IN ('new_faq', 'similar', 'edited', 'ignored', 'own_intent')", name="how"
        ),
    )

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    room: Mapped[str | None] = mapped_column(SafeText)
    viewer: Mapped[str] = mapped_column(SafeText)
    text: Mapped[str] = mapped_column(SafeText)
    intent: Mapped[str] = mapped_column(SafeText)
    confidence: Mapped[float]
    reason: Mapped[str] = mapped_column(SafeText)
    sku: Mapped[str | None] = mapped_column(SafeText)
    faq_id: Mapped[str | None] = mapped_column(SafeText)
    propensity: Mapped[float] = mapped_column(server_default=sql("0"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    how: Mapped[str | None] = mapped_column(SafeText)
    closed_faq_id: Mapped[str | None] = mapped_column(SafeText)
    rule: Mapped[str | None] = mapped_column(
        SafeText
    )  # of the advertising law, that held the reply


class ConfirmedRow(Base):
    """One verdict that the owner confirmed; sku "" means about no product."""

    __tablename__ = "confirmed"
    __table_args__ = (
        UniqueConstraint("text", "sku"),
        CheckConstraint("kind IN ('intent', 'faq')", name="kind"),
    )

    pk: Mapped[int] = mapped_column(PrimaryKey, primary_key=True)
    text: Mapped[str] = mapped_column(SafeText)
    sku: Mapped[str] = mapped_column(SafeText, server_default=sql("''"))
    kind: Mapped[str] = mapped_column(SafeText)
    target: Mapped[str] = mapped_column(SafeText)
    confirmed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OwnIntentRow(Base):
    """One intent of the owner's, answered by a fixed reply or by an action."""

    __tablename__ = "own_intent"
    __table_args__ = (
        CheckConstraint("substr(name, 1, 4) = 'own_'", name="name"),
        CheckConstraint("(reply = '') <> (action = '')", name="answer"),
    )

    name: Mapped[str] = mapped_column(SafeText, primary_key=True)
    title: Mapped[str] = mapped_column(SafeText)
    reply: Mapped[str] = mapped_column(SafeText)
    action: Mapped[str] = mapped_column(SafeText)
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OwnIntentExampleRow(Base):
    """One way to say an own intent, in the owner's order."""

    __tablename__ = "own_intent_example"

    name: Mapped[str] = mapped_column(
        ForeignKey("own_intent.name", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(SafeText)
