"""Vectors of the products: those whose text is as before are taken over, the rest are encoded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from recsys import names
from recsys.embedding import Encoder
from recsys.recommend import ItemTable

# Encoded between two words about the progress.
BATCH = 256


def encoded(
    products: pd.DataFrame,
    encoder: Encoder,
    before: ItemTable | None,
    part: Callable[[float], None],
) -> tuple[ItemTable, int]:
    """The item table, and how many texts were encoded for it.

    `before` helps only where the same encoder made it. `part` is told the share that is done.
    """
    bare = ItemTable.from_frame(products, np.zeros((len(products), 1), dtype=np.float32))
    texts = dict(zip(products[names.SKU], products[names.TEXT], strict=True))
    known = _known(before, encoder.fingerprint)
    missing = [
        row for row, key in enumerate(zip(bare.skus, bare.texts, strict=True)) if key not in known
    ]
    vectors: dict[int, np.ndarray] = {}
    for start in range(0, len(missing), BATCH):
        rows = missing[start : start + BATCH]
        made = encoder.encode([texts[bare.skus[row]] for row in rows], "passage")
        vectors.update(zip(rows, made, strict=True))
        part(min(1.0, (start + len(rows)) / len(missing)))
    whole = {
        sku: vectors[row] if row in vectors else known[sku, text]
        for row, (sku, text) in enumerate(zip(bare.skus, bare.texts, strict=True))
    }
    stacked = np.stack([whole[sku] for sku in products[names.SKU]])
    return ItemTable.from_frame(products, stacked, encoder.fingerprint), len(missing)


def _known(before: ItemTable | None, fingerprint: str) -> dict[tuple[str, str], np.ndarray]:
    if before is None or before.encoder != fingerprint:
        return {}
    keys = zip(before.skus, before.texts, strict=True)
    return dict(zip(keys, before.vectors, strict=True))
