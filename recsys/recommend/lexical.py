"""Which items' texts hold a phrase, and which share a question's words: one inverted index.

The encoder ranks paraphrases; a rare word such as 油皮 or 玻色因 is found by its characters.
Bigrams need no word segmentation, so names that no dictionary knows are found as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recsys.embedding.text import normalise
from recsys.recommend.constraints import (
    CLAUSE_END,
    REACH_AFTER,
    REACH_BEFORE,
    WARNING_AFTER,
    WARNING_BEFORE,
    mentioned,
    options,
)

SHOWN_WORDS: Final = 2
# Words whose texts are kept at hand, a byte a text each.
KEPT_WORDS: Final = 64
# Characters of a question that are read: nobody asks for more, and a pasted novel must not stall.
READ: Final = 200
UNHEARD: Final = 0.3
# Words of asking, which say nothing of the item.
ASKING: Final = re.compile("有没有|推荐|适合|什么|可以|怎么|哪个|多少|一下|比较|[的了吗呢吧啊呀嘛]")
_END: Final = "\n"

Places = NDArray[np.int32]


class TextIndex:
    """Every place of every character pair in n normalised texts, written one after another.

    About 13 bytes a character. It answers in time that grows with how often the rarest pair of a
    phrase occurs, not with the number of texts: a scan of 100,000 texts in Python took 80 ms a
    word. Positions rather than rows, so that long phrases and warnings (油皮慎用) are settled
    exactly, without looking at a text again.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.n = len(texts)
        written = "".join(text + _END for text in texts)
        points = np.frombuffer(written.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        alphabet, codes = np.unique(points, return_inverse=True)
        self._width = len(alphabet)
        self._code = {chr(point): code for code, point in enumerate(alphabet.tolist())}
        self._written = codes.astype(np.min_scalar_type(max(self._width, 1)))
        lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
        self._row = np.repeat(np.arange(self.n, dtype=np.int32), lengths)
        self._index_pairs(codes.astype(np.int64))
        self._found: dict[str, NDArray[np.bool_]] = {}
        self._warned_at = self._after(WARNING_BEFORE)
        self._warned_to = self._before(WARNING_AFTER)

    def mentioning(self, word: str) -> NDArray[np.bool_]:
        """bool [n], not to be changed: whether `constraints.mentioned` finds the word in each text.

        Texts never change and viewers ask for the same few things, so the last words are kept.
        """
        found = self._found.get(word)
        if found is None:
            found = self._mentioning(word)
            # A new dict rather than a shorter one: other threads may be reading it.
            kept = list(self._found.items())[-KEPT_WORDS + 1 :]
            self._found = {**dict(kept), word: found}
        return found

    def _mentioning(self, word: str) -> NDArray[np.bool_]:
        found = np.zeros(self.n, dtype=np.bool_)
        for option in options(word):
            places = self._places(option)
            rows = self._row[places]
            warned = self._warned_at[places] | self._warned_to[places + len(option)]
            one = np.zeros(self.n, dtype=np.bool_)
            one[rows] = True
            one[rows[warned]] = False
            found |= one
        return found

    def scores(self, question: str) -> NDArray[np.float64] | None:
        """float64 [n] in 0..1: the share of the question's bigrams, the rare ones counting more,
        that each text holds. None when no text holds any of them.
        """
        scores = np.zeros(self.n)
        whole, found = 0.0, False
        # What no text holds does not tell them apart, but makes a chance match count for less.
        unheard = UNHEARD * float(np.log1p(self.n))
        for pair in sorted(_bigrams(asked(question))):
            rows = self._rows(pair)
            idf = float(np.log1p(self.n / len(rows))) if len(rows) else unheard
            scores[rows] += idf
            whole += idf
            found = found or len(rows) > 0
        return scores / whole if found else None

    def _index_pairs(self, codes: NDArray[np.int64]) -> None:
        pairs = codes[:-1] * self._width + codes[1:]
        # The last character of all is an end, so every character begins one pair or is that end.
        order = np.argsort(pairs, kind="stable")
        pairs = pairs[order]
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        self._places_by_pair, self._pairs = order.astype(np.int32), pairs[first]
        self._start = np.append(first, len(pairs))

    def _of_pairs(self, low: int, high: int) -> Places:
        """Places at which pairs numbered low..high-1 begin."""
        first, last = np.searchsorted(self._pairs, (low, high))
        return self._places_by_pair[self._start[first] : self._start[last]]

    def _rows(self, pair: str) -> NDArray[np.int32]:
        """Rows of the texts that hold these two characters, ascending."""
        one, other = (self._code.get(character) for character in pair)
        if one is None or other is None:
            return np.empty(0, dtype=np.int32)
        number = one * self._width + other
        rows = self._row[self._of_pairs(number, number + 1)]
        first = np.ones(len(rows), dtype=np.bool_)
        np.not_equal(rows[1:], rows[:-1], out=first[1:])
        return rows[first]

    def _places(self, phrase: str) -> Places:
        """Where the phrase, one character or more, begins."""
        codes = [self._code.get(character, -1) for character in phrase]
        if min(codes) < 0 or _END in phrase:
            return np.empty(0, dtype=np.int32)
        if len(codes) == 1:
            return self._of_pairs(codes[0] * self._width, (codes[0] + 1) * self._width)
        numbers = [one * self._width + other for one, other in pairwise(codes)]
        held = [self._of_pairs(number, number + 1) for number in numbers]
        at = min(range(len(held)), key=lambda pair: len(held[pair]))
        places = held[at] - np.int32(at)
        places = places[(places >= 0) & (places <= len(self._written) - len(codes))]
        for offset, code in enumerate(codes):
            if offset not in (at, at + 1):
                places = places[self._written[places + offset] == code]
        return places

    def _ends_clause(self) -> NDArray[np.bool_]:
        """bool [characters + 1]: whether a warning does not reach over this character."""
        ends = np.zeros(self._width + 1, dtype=np.bool_)
        for character, code in self._code.items():
            ends[code] = character in CLAUSE_END or character.isspace()
        return np.append(ends[self._written], True)

    def _after(self, warnings: Sequence[str]) -> NDArray[np.bool_]:
        """bool [characters + 1]: whether what begins here stands after one of these words."""
        closed = self._ends_clause()
        warned = np.zeros(len(closed), dtype=np.bool_)
        for warning in warnings:
            at = self._places(warning) + len(warning)
            for _ in range(REACH_BEFORE + 1):
                warned[at] = True
                at = at[~closed[at]] + 1
        return warned

    def _before(self, warnings: Sequence[str]) -> NDArray[np.bool_]:
        """bool [characters + 1]: whether what ends before this place is followed by one of them."""
        closed = self._ends_clause()
        warned = np.zeros(len(closed), dtype=np.bool_)
        for warning in warnings:
            at = self._places(warning)
            for _ in range(REACH_AFTER + 1):
                warned[at] = True
                at = at[at > 0] - 1
                at = at[~closed[at]]
        return warned


def _bigrams(text: str) -> Iterator[str]:
    """The distinct pairs of characters without a blank."""
    pairs = {first + second for first, second in pairwise(text)}
    return (pair for pair in pairs if not any(map(str.isspace, pair)))


def asked(question: str) -> str:
    """The beginning of the question, normalised, without its words of asking."""
    return _asked(question[:READ])


@lru_cache(maxsize=256)
def _asked(beginning: str) -> str:
    return ASKING.sub(" ", normalise(beginning))


def shared_words(question: str, text: str) -> list[str]:
    """The longest pieces, two characters and more, that a question shares with a text."""
    words: list[str] = []
    for part in asked(question).split():
        start = 0
        while start < len(part) - 1:
            end = start + 2
            while end <= len(part) and part[start:end] in text:
                end += 1
            piece = part[start : end - 1]
            if len(piece) >= 2 and mentioned(text, piece):
                words.append(piece)
            start = max(start + 1, end - 1) if len(piece) >= 2 else start + 1
    return sorted(dict.fromkeys(words), key=len, reverse=True)[:SHOWN_WORDS]
