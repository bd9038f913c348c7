"""What an item must satisfy to answer a question: 有没有适合油皮的面霜, 200以内."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from recsys.embedding.text import normalise

ALTERNATIVE = "|"


@dataclass(frozen=True, slots=True)
class Constraints:
    """Hard conditions; an item that breaks one is never recommended.

    category: contained in the item's category ("面霜" holds for "护肤/面霜"), or containing it.
    min_price_fen, max_price_fen: inclusive; an item of unknown price satisfies neither.
    words: each must be mentioned in the item's text; "油皮|油性" is satisfied by either.
    """

    category: str | None = None
    min_price_fen: int | None = None
    max_price_fen: int | None = None
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != NO_CONSTRAINTS


NO_CONSTRAINTS = Constraints()


# Words of a warning, and how many characters of the same clause may stand between them and what
# is warned of: 不建议油皮, 油皮慎用. `lexical.TextIndex` looks them up by the same table.
CLAUSE_END: Final = ",。;."
WARNING_BEFORE: Final = ("不适合", "不建议", "不推荐", "不适用", "不宜", "慎", "勿", "忌")
WARNING_AFTER: Final = ("慎用", "慎入", "慎拍", "不适合", "不建议", "不宜", "勿", "除外")
REACH_BEFORE: Final = 12
REACH_AFTER: Final = 3


@lru_cache(maxsize=1024)
def _denied(word: str) -> re.Pattern[str]:
    """The word inside a warning."""
    quoted = re.escape(word)
    gap = rf"[^{re.escape(CLAUSE_END)}\s]"
    before = f"(?:{'|'.join(WARNING_BEFORE)}){gap}{{0,{REACH_BEFORE}}}{quoted}"
    after = f"{quoted}{gap}{{0,{REACH_AFTER}}}(?:{'|'.join(WARNING_AFTER)})"
    return re.compile(f"{before}|{after}")


@lru_cache(maxsize=1024)
def options(word: str) -> tuple[str, ...]:
    """The alternatives of a constraint's word, normalised, without empty ones."""
    return tuple(option for option in map(normalise, word.split(ALTERNATIVE)) if option)


def mentioned(text: str, word: str) -> str:
    """The first alternative of `word` that normalised `text` speaks of without denying, or "".

    油皮慎用 mentions 油皮 only to warn, so it does not count.
    """
    for option in options(word):
        if option in text and not _denied(option).search(text):
            return option
    return ""
