"""Chinese words: a segmenter of our own, which knows the shop's product names."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache

import jieba

from rasa_project.snapshots import var_folder


class Segmenter:
    """jieba without its global state, so that the shop's words stay in this process's model.

    Words can be added while others read: jieba's tables only ever grow.
    """

    def __init__(self) -> None:
        self._jieba = jieba.Tokenizer()
        # jieba unmarshals a cache from the common temporary folder, where anyone may put one.
        cache = var_folder() / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        self._jieba.tmp_dir = str(cache)
        self._added: frozenset[str] = frozenset()
        self._adding = threading.Lock()
        self._jieba.initialize()

    def add(self, words: Iterable[str]) -> None:
        """Make words known, so that they stay whole; those already known cost nothing."""
        with self._adding:
            new = frozenset(word for word in words if len(word) > 1) - self._added
            for word in new:
                self._jieba.add_word(word)
            self._added |= new

    def is_word(self, text: str) -> bool:
        """Whether the dictionary, apart from the added words, holds this very text."""
        return text not in self._added and bool(self._jieba.FREQ.get(text))

    def cut(self, text: str) -> Iterator[tuple[str, int]]:
        """The words of a text with their offsets; blanks are left out."""
        for word, start, _ in self._jieba.tokenize(text):
            if not word.isspace():
                yield word, start


@lru_cache(maxsize=1)
def segmenter() -> Segmenter:
    """The process's segmenter; loading the dictionary takes most of a second and 60 MB."""
    jieba.setLogLevel(logging.WARNING)
    return Segmenter()
