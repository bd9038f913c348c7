"""What an item must satisfy to answer a question: 有没有适合油皮的面霜, 200以内."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

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


@lru_cache(maxsize=1024)
def _denied(word: str) -> re.Pattern[str]:
    """The word inside a warning: 不建议油皮, 油皮慎用."""
    quoted = re.escape(word)
    before = rf"(?:不适合|不建议|不推荐|不适用|不宜|慎|勿|忌)[^,。;.\s]{{0,12}}{quoted}"
    after = rf"{quoted}[^,。;.\s]{{0,3}}(?:慎用|慎入|慎拍|不适合|不建议|不宜|勿|除外)"
    return re.compile(f"{before}|{after}")


def mentioned(text: str, word: str) -> str:
    """The first alternative of `word` that normalised `text` speaks of without denying, or "".

    油皮慎用 mentions 油皮 only to warn, so it does not count.
    """
    for option in map(normalise, word.split(ALTERNATIVE)):
        if option and option in text and not _denied(option).search(text):
            return option
    return ""
