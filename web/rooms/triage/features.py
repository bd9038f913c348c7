"""What triage sees of a comment: hashed runs of characters and a few marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

from recsys.embedding.text import normalise
from web.rooms.moderation.folding import simplified

# Written into the model's file: a model made from other features is not loaded.
VERSION = 2
COLUMNS = 2**16
_LONGEST = 3
_REPEATED = re.compile(r"(.)\1{2,}")
_DIGITS = re.compile(r"\d+")
# Platforms write their own pictures as [emot:dy101] or [捂脸].
_STICKER = re.compile(r"\[[^\[\]]{1,12}\]")
# Enough of any comment to know what it is; the work for one text stays bounded.
_READ = 120


def essence(text: str) -> str:
    """The comment as triage compares it: normalised, in simplified characters, no stickers,
    哈哈哈哈哈 as 哈哈哈.
    """
    plain = simplified(normalise(_STICKER.sub(" ", text[: 4 * _READ])))
    return _REPEATED.sub(r"\1\1\1", plain)[:_READ]


def marks(text: str) -> list[str]:
    """Features of one text: character 1- to 3-grams, digits as one sign, length, question mark."""
    framed = f"^{essence(text)}$"
    found = _grams(framed, 1) + _grams(framed, 2) + _grams(framed, _LONGEST)
    numbered = _DIGITS.sub("0", framed)
    if numbered != framed:
        found += ["0:" + gram for gram in _grams(numbered, _LONGEST)]
    if "?" in text or "？" in text:
        found.append("<?>")
    found.append(f"<{min(len(framed).bit_length(), 6)}>")
    return found


def _grams(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(len(text) - size + 1)]


_VECTORS = HashingVectorizer(
    analyzer=marks, n_features=COLUMNS, alternate_sign=False, norm="l2", dtype=np.float32
)


def vectors(texts: Sequence[str]) -> csr_matrix:
    """One sparse row of COLUMNS a text, of length 1."""
    if not texts:
        return csr_matrix((0, COLUMNS), dtype=np.float32)
    return csr_matrix(_VECTORS.transform(texts))


def sigmoid(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logistic function."""
    return np.asarray(1.0 / (1.0 + np.exp(-scores.clip(-30, 30))), dtype=np.float32)
