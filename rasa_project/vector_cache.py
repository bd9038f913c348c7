"""Vectors of training comments, kept from one training to the next.

Encoding 35,000 comments takes longer than all else in a training; when the owner has taught ten
more, only those are new. `python -m rasa_project.vector_cache` (part of the set-up) encodes the
shipped ones beforehand.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rasa_project.comments import read_comments
from rasa_project.snapshots import var_folder
from recsys.embedding import Encoder, EncoderMissing, default_encoder
from recsys.embedding.tuned import text_hash

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
Report = Callable[[int, int], None]
NLU = Path(__file__).resolve().parents[1] / "data" / "nlu"
# Encoded between two signs of life.
PORTION = 2048


def encode_cached(
    encoder: Encoder, texts: Sequence[str], folder: Path, report: Report | None = None
) -> Vectors:
    """Vectors [n, dim] of texts; those that the last training encoded are read from `folder`.

    One file an encoder; it holds exactly the texts of the last call. A damaged file costs time,
    nothing else. `report` gets how many new ones are encoded, and of how many.
    """
    path = cache_file(encoder, folder)
    known = _read(path, encoder.dim)
    hashes = [text_hash(text) for text in texts]
    new = [row for row, hashed in enumerate(hashes) if hashed not in known]
    vectors = np.zeros((len(texts), encoder.dim), dtype=np.float32)
    for start in range(0, len(new), PORTION):
        part = new[start : start + PORTION]
        vectors[part] = encoder.encode([texts[row] for row in part])
        if report is not None:
            report(start + len(part), len(new))
    for row, hashed in enumerate(hashes):
        if hashed in known:
            vectors[row] = known[hashed]
    if new:
        _write(path, np.array(hashes, dtype=np.uint64), vectors)
    return vectors


def cache_file(encoder: Encoder, folder: Path) -> Path:
    """Where the vectors of this encoder are kept."""
    return folder / f"vectors-{encoder.fingerprint}.npz"


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


def _is_newer(path: Path, folder: Path) -> bool:
    if not path.exists():
        return False
    return all(path.stat().st_mtime > file.stat().st_mtime for file in folder.glob("*.yml"))


def _show(done: int, total: int) -> None:
    print(f"\r  {done}/{total}", end="\r" if done == total else "", flush=True)


def main() -> int:
    """Encode the shipped comments, unless that was done after they last changed."""
    began = time.monotonic()
    try:
        encoder = default_encoder()
    except EncoderMissing as error:
        print(f"training vectors: {error}", file=sys.stderr)
        return 1
    folder = var_folder() / "cache"
    if _is_newer(cache_file(encoder, folder), NLU):
        return 0
    texts = [comment.text for comment in read_comments(NLU)]
    print(f"training vectors: encoding {len(texts)} comments", flush=True)
    encode_cached(encoder, texts, folder, _show)
    print(f"training vectors: {len(texts)} comments, {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
