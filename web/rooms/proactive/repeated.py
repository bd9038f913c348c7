"""In which words a question may be repeated to the whole room."""

from __future__ import annotations

import re
from collections import Counter

from shop import compliance
from shop.room_questions import MuchAsked
from web.rooms.wording import current

_SHORTEST, _LONGEST = 2, 20
# Telephone numbers, order numbers, accounts: somebody's own, whoever asked.
_OWN = re.compile(r"\d{5,}|@|[a-zA-Z0-9_-]{7,}")
_TAIL = "?？!！。.~～…，, "


def wording(asked: MuchAsked) -> str | None:
    """The commonest wording that is fit to be shown, the shortest of equals; None if none is."""
    fit = Counter(text for text in (_trimmed(one) for one in asked.wordings) if _is_fit(text))
    if not fit:
        return None
    return min(fit, key=lambda text: (-fit[text], len(text), text)) + "？"


def _trimmed(text: str) -> str:
    return " ".join(text.split()).rstrip(_TAIL)


def _is_fit(text: str) -> bool:
    if not _SHORTEST <= len(text) <= _LONGEST or not text.isprintable() or _OWN.search(text):
        return False
    words = current()
    verdict = compliance.check(text, words.book)
    return words.moderator.code(text) is None and not verdict.held and not verdict.replaced
