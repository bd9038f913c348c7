"""FAQ entries with their similar questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from sqlalchemy.orm import Session

from shop import faq
from shop.faq import FaqEntry
from shop.importing import cells
from shop.importing.kind import Column, Key, Kind, Values, reversed_range
from shop.importing.limits import MAX_LIST


class Faqs(Kind[FaqEntry]):
    """A blank sku makes an entry general; blank dates leave its ends open."""

    columns: ClassVar[Mapping[str, Column]] = {
        "faq_id": Column(cells.key, required=True),
        "question": Column(cells.text, required=True),
        "similar_questions": Column(cells.listing, (), longest=MAX_LIST),
        "answer": Column(cells.text, required=True),
        "sku": Column(cells.key),
        "category": Column(cells.text, ""),
        "valid_from": Column(cells.moment),
        "valid_to": Column(cells.last_moment),
    }
    needs_product = True

    def key(self, values: Values) -> Key:
        """The faq_id."""
        return (values["faq_id"],)

    def check(self, line: int, values: Values) -> tuple[str, str] | None:
        """An entry ends after it begins."""
        return reversed_range(values, ("valid_from", "valid_to"))

    def load(self, session: Session, keys: Sequence[Key]) -> dict[Key, FaqEntry]:
        """By faq_id."""
        return {(one,): entry for one, entry in faq.many(session, (k[0] for k in keys)).items()}

    def merge(self, before: FaqEntry | None, values: Values) -> FaqEntry:
        """The question itself is not one of its similar ones."""
        known = {name: value for name, value in values.items() if name != "similar_questions"}
        if "similar_questions" in values:
            others = (text for text in values["similar_questions"] if text != known["question"])
            known["similar"] = tuple(others)
        return replace(before, **known) if before else FaqEntry(**known)

    def save(self, session: Session, records: Mapping[Key, FaqEntry]) -> None:
        """Store them."""
        faq.upsert_many(session, list(records.values()))
