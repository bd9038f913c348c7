"""Questions, their answers and every wording of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.models.base import Base, SafeText, UtcDateTime


class FaqRow(Base):
    """One answer; the question itself is the phrase at position 0."""

    __tablename__ = "faq"

    faq_id: Mapped[str] = mapped_column(SafeText, primary_key=True)
    answer: Mapped[str] = mapped_column(SafeText)
    sku: Mapped[str | None] = mapped_column(
        ForeignKey("product.sku", ondelete="CASCADE"), index=True
    )
    category: Mapped[str] = mapped_column(SafeText)
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FaqPhraseRow(Base):
    """One wording of a question: 0 is the standard one, then the similar ones in order."""

    __tablename__ = "faq_phrase"

    faq_id: Mapped[str] = mapped_column(
        ForeignKey("faq.faq_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(SafeText)
