"""What the owner types as an FAQ entry, checked before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.errors import InvalidField
from shop.faq import FaqEntry

MAX_QUESTION = 200
MAX_ANSWER = 2_000
MAX_PHRASES = 200
MAX_NAME = 200


class FaqInvalid(InvalidField):
    """An entry like this cannot be kept; `field` is that of FaqDraft."""


@dataclass(frozen=True, slots=True)
class FaqDraft:
    """One entry as the owner wants it; the shop adds id, version and time."""

    question: str
    answer: str
    similar: tuple[str, ...] = ()
    sku: str | None = None
    category: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    def checked(self) -> FaqDraft:
        """The draft trimmed, each phrase once; raises FaqInvalid with the first fault."""
        question = checked_text("question", self.question, "问题", MAX_QUESTION)
        answer = checked_text("answer", self.answer, "答案", MAX_ANSWER)
        others = (phrase for phrase in checked_phrases(self.similar) if phrase != question)
        _check_range(self.valid_from, self.valid_to)
        return replace(
            self,
            question=question,
            answer=answer,
            similar=at_most(others),
            sku=checked_text("sku", self.sku or "", "商品编号", MAX_NAME, blank=True) or None,
            category=checked_text("category", self.category, "分类", MAX_NAME, blank=True),
        )

    def entry(self, faq_id: str) -> FaqEntry:
        """The draft as the entry with this id."""
        return FaqEntry(
            faq_id,
            self.question,
            self.similar,
            self.answer,
            self.sku,
            self.category,
            self.valid_from,
            self.valid_to,
        )


def checked_text(field: str, text: str, name: str, longest: int, *, blank: bool = False) -> str:
    """The trimmed text; raises FaqInvalid when blank, too long or with a NUL."""
    text = text.strip()
    if not text and not blank:
        raise FaqInvalid(field, f"{name}不能为空")
    if len(text) > longest:
        raise FaqInvalid(field, f"{name}最多 {longest} 个字，现在有 {len(text)} 个")
    if "\0" in text:
        raise FaqInvalid(field, f"{name}里有空字符（NUL），请重新输入")
    return text


def checked_phrases(phrases: Iterable[str]) -> tuple[str, ...]:
    """The trimmed phrases, each once, blank ones left out; raises FaqInvalid."""
    read = (checked_text("similar", p, "相似问法", MAX_QUESTION, blank=True) for p in phrases)
    return tuple(dict.fromkeys(phrase for phrase in read if phrase))


def at_most(phrases: Iterable[str]) -> tuple[str, ...]:
    """The phrases of one entry; raises FaqInvalid when they are too many."""
    all_of_them = tuple(phrases)
    if len(all_of_them) > MAX_PHRASES:
        reason = f"相似问法最多 {MAX_PHRASES} 条，现在有 {len(all_of_them)} 条"
        raise FaqInvalid("similar", reason)
    return all_of_them


def _check_range(first: datetime | None, last: datetime | None) -> None:
    for field, moment in (("valid_from", first), ("valid_to", last)):
        if moment is not None and moment.tzinfo is None:
            raise FaqInvalid(field, "时间要带时区")
    if first is not None and last is not None and first >= last:
        raise FaqInvalid("valid_to", "失效时间要晚于生效时间")
