"""Candidates whose right order the eye can see."""

from __future__ import annotations

from typing import Any

import numpy as np

from recsys.ranking import Candidates, Facts


def candidates(*facts: Facts, vectors: Any = None) -> Candidates:
    """In this order, the first the most relevant; alike only where vectors say so."""
    n = len(facts)
    return Candidates(
        facts=facts,
        reasons=tuple(f"因为{one.sku}" for one in facts),
        relevance=1.0 - np.arange(n) / max(n, 1),
        vectors=np.eye(n, max(n, 1), dtype=np.float32) if vectors is None else vectors,
    )


def item(sku: str, **known: Any) -> Facts:
    """In stock, at 100.00."""
    return Facts(**{"sku": sku, "price_fen": 10_000, "stock": 50} | known)
