"""The clauses of a comment that asks several things: 多少钱，包邮吗."""

from __future__ import annotations

import re

# A blank parts as well as a comma does: most viewers type no punctuation.
_PARTED = re.compile(r"[，,。.;；？?！!、\s]+|(?:然后|还有就是|另外|顺便问一?下?)")
_DECIMAL = re.compile(r"(?<=\d)[.,](?=\d)")
_WORD = re.compile(r"[^\W_]")
SHORTEST = 2
MOST = 4


def clauses(text: str) -> list[str]:
    """The parts of a comment, at most MOST; empty when it has only one.

    Parts of a single character stay out: 好 of "好，多少钱" asks nothing.
    """
    kept = _DECIMAL.sub("\0", text)
    parts = (part.replace("\0", ".").strip() for part in _PARTED.split(kept))
    found = [part for part in parts if len(_WORD.findall(part)) >= SHORTEST]
    return found[:MOST] if len(found) > 1 else []
