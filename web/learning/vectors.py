"""Vectors of questions, remembered: the inbox is looked at far oftener than it changes."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recsys.embedding import default_encoder

REMEMBERED = 8_000


class Vectors:
    """Query vectors by text; safe to share between threads."""

    def __init__(self) -> None:
        self._known: dict[str, NDArray[np.float32]] = {}
        self._using = threading.Lock()

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors [n, d], in the order of `texts`."""
        with self._using:
            return self._of(texts)

    def _of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        encoder = default_encoder()
        if len(self._known) > REMEMBERED:
            self._known.clear()
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, encoder.encode(new), strict=True))
        if not texts:
            return np.empty((0, encoder.dim), np.float32)
        return np.stack([self._known[text] for text in texts])
