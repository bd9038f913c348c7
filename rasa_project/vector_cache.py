"""Vectors of training comments, kept from one training to the next.

Encoding 29,000 comments is half of a training; when the owner has taught ten more, only those
are new.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recsys.embedding import Encoder
from recsys.embedding.tuned import text_hash

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]


def encode_cached(encoder: Encoder, texts: Sequence[str], folder: Path) -> Vectors:
    """Vectors [n, dim] of texts; those that the last training encoded are read from `folder`.

    One file an encoder; it holds exactly the texts of the last call. A damaged file costs time,
    nothing else.
    """
    path = folder / f"vectors-{encoder.fingerprint}.npz"
    known = _read(path, encoder.dim)
    hashes = [text_hash(text) for text in texts]
    new = [row for row, hashed in enumerate(hashes) if hashed not in known]
    vectors = np.zeros((len(texts), encoder.dim), dtype=np.float32)
    if new:
        vectors[new] = encoder.encode([texts[row] for row in new])
    for row, hashed in enumerate(hashes):
        if hashed in known:
            vectors[row] = known[hashed]
    if new:
        _write(path, np.array(hashes, dtype=np.uint64), vectors)
    return vectors


def _read(path: Path, dim: int) -> dict[int, Vectors]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            hashes, vectors = arrays["hashes"].tolist(), arrays["vectors"]
    except Exception:  # numpy and zipfile raise a dozen kinds for a damaged file
        return {}
    if vectors.shape != (len(hashes), dim):
        return {}
    return dict(zip(hashes, vectors, strict=True))


def _write(path: Path, hashes: NDArray[np.uint64], vectors: Vectors) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".vectors", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            np.savez(file, hashes=hashes, vectors=vectors)
        Path(name).replace(path)
    except OSError as error:
        logger.warning("training vectors are not kept: %s", error)
