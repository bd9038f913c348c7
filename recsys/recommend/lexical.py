"""Which items' texts share a question's words: an inverted index of character bigrams.

The encoder ranks paraphrases; a rare word such as 油皮 or 玻色因 is found by its characters.
Bigrams need no word segmentation, so names that no dictionary knows are found as well.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recsys.embedding.text import normalise
from recsys.recommend.constraints import mentioned

BUCKETS: Final = 1 << 18
SHOWN_WORDS: Final = 2
# Characters of a question that are read: nobody asks for more, and a pasted novel must not stall.
READ: Final = 200
UNHEARD: Final = 0.3
# Words of asking, which say nothing of the item.
ASKING: Final = re.compile("有没有|推荐|适合|什么|可以|怎么|哪个|多少|一下|比较|[的了吗呢吧啊呀嘛]")


def _bigrams(text: str) -> set[int]:
    return {
        zlib.crc32((first + second).encode()) % BUCKETS
        for first, second in pairwise(text)
        if not first.isspace() and not second.isspace()
    }


class BigramIndex:
    """Postings of hashed character bigrams over n normalised texts.

    start: int64 [BUCKETS + 1]; rows: int32, the rows holding bigram b at start[b]:start[b + 1].
    """

    def __init__(self, start: NDArray[np.int64], rows: NDArray[np.int32], n: int) -> None:
        self.start, self.rows, self.n = start, rows, n
        held = np.diff(start)
        self.idf = np.log1p(n / np.maximum(held, 1))
        # What no text holds does not tell them apart, but makes a chance match count for less.
        self.unheard = UNHEARD * float(np.log1p(n))

    @classmethod
    def of(cls, texts: Sequence[str]) -> BigramIndex:
        """Index normalised texts."""
        grams = [np.fromiter(_bigrams(text), dtype=np.int64) for text in texts]
        rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(gram) for gram in grams])
        buckets = np.concatenate([np.empty(0, dtype=np.int64), *grams])
        counts = np.bincount(buckets, minlength=BUCKETS)
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return cls(start, rows[np.argsort(buckets, kind="stable")], len(texts))

    def scores(self, question: str) -> NDArray[np.float64] | None:
        """float64 [n] in 0..1: the share of the question's bigrams, the rare ones counting more,
        that each text holds. None when no text holds any of them.
        """
        scores = np.zeros(self.n)
        whole, found = 0.0, False
        for bucket in sorted(_bigrams(asked(question))):
            rows = self.rows[self.start[bucket] : self.start[bucket + 1]]
            scores[rows] += self.idf[bucket]
            whole += float(self.idf[bucket]) if len(rows) else self.unheard
            found = found or len(rows) > 0
        return scores / whole if found else None


def asked(question: str) -> str:
    """The beginning of the question, normalised, without its words of asking."""
    return ASKING.sub(" ", normalise(question[:READ]))


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
