"""Whether a reply helped, as its viewer says.

What was asked and how it was answered travels in a signed token, so that nobody can put words
into the inbox that were never said, and nothing has to be kept for replies that nobody rates.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from web.signing import Signer

LIFETIME = timedelta(days=2)
# The token must stay below what Signer reads (1,024 characters), and JSON writes an emoji as
# twelve: a longer text is rated by its beginning.
TEXT_KEPT, BYTES_KEPT = 120, 360
# One vote a reply. After this many others a vote may count again: it only adds to a count.
REMEMBERED = 20_000


class Feedback:
    """Signs turns, and counts each once."""

    def __init__(self, key: str) -> None:
        self._signer = Signer(key, "turn")
        self._voted: OrderedDict[str, None] = OrderedDict()

    def token(self, viewer: str, text: str, meta: Mapping[str, Any], sku: str | None) -> str:
        """A token for one reply."""
        turn = {
            "v": viewer,
            "t": _beginning(text),
            "i": meta.get("intent"),
            "c": meta.get("confidence"),
            "f": meta.get("faq_id"),
            "k": sku,
        }
        return self._signer.sign(turn, LIFETIME)

    def read(self, token: str) -> dict[str, Any]:
        """The turn. Raises BadToken."""
        return self._signer.read(token)

    def first(self, token: str) -> bool:
        """Whether this turn has not been voted on."""
        if token in self._voted:
            return False
        self._voted[token] = None
        while len(self._voted) > REMEMBERED:
            self._voted.popitem(last=False)
        return True


def _beginning(text: str) -> str:
    """The text as far as its JSON form stays within BYTES_KEPT."""
    kept = text[:TEXT_KEPT]
    while len(json.dumps(kept)) > BYTES_KEPT:
        kept = kept[:-1]
    return kept
