"""Which texts an encoder was tuned on: what it says of those says nothing of new ones.

A classifier that is checked on comments which its encoder has seen looks far better than it
is. So a tuned encoder carries the hashes of its texts, and whoever measures leaves them out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys.embedding.text import normalise

TUNED_FILE = "tuned.npy"


class TunedTexts:
    """A set of texts by their hashes; 8 bytes a text, one in 10**15 taken for another."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        self._hashes = frozenset(hashes.tolist())

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, text: str) -> bool:
        return text_hash(text) in self._hashes

    @classmethod
    def read(cls, folder: Path) -> TunedTexts:
        """Those of an encoder's folder; none where it was not tuned."""
        path = folder / TUNED_FILE
        if not path.is_file():
            return cls(np.empty(0, np.uint64))
        return cls(np.load(path, allow_pickle=False).astype(np.uint64))


def write_tuned(folder: Path, texts: Iterable[str]) -> None:
    """Note the texts in a folder; what is nothing but punctuation is no text."""
    said = {text_hash(text) for text in texts if normalise(text)}
    hashes = np.array(sorted(said), dtype=np.uint64)
    np.save(folder / TUNED_FILE, hashes, allow_pickle=False)


def text_hash(text: str) -> int:
    """Hash of the normal form: case, width and end marks make no other text."""
    digest = hashlib.blake2b(normalise(text).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")
