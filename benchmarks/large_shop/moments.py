"""What viewers of a large shop did, and the moments in which something is to be recommended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.large_shop.shelf import LOOKS, NOUNS, Shelf, mixed
from recsys.profiles import Touch
from recsys.recommend import Constraints, Query

NOW: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAYS: Final = 60
EVENTS: Final = ("view", "click", "dwell", "like", "cart", "order", "pay")
SHARES: Final = (0.45, 0.25, 0.15, 0.05, 0.05, 0.03, 0.02)
EVENTS_A_VIEWER: Final = 3
# Questions as the shop's assistant reads them: kind of thing, skin with its alternatives, budget.
SKINS: Final = (
    "油皮|油性|控油|所有肤质",
    "干皮|干性|所有肤质",
    "敏感|敏皮|所有肤质",
)
LONGEST_HISTORY: Final = 60


def events(shelf: Shelf, viewers: int, seed: int) -> pd.DataFrame:
    """Three events a viewer on average, on items by their popularity, over two months."""
    rng = np.random.default_rng(seed)
    m = viewers * EVENTS_A_VIEWER if len(shelf.items) else 0
    ago = rng.integers(0, DAYS * 86_400, m)
    skus = np.array(shelf.items.skus, dtype=object)
    return pd.DataFrame(
        {
            "viewer": rng.integers(0, max(viewers, 1), m),
            "sku": skus[rng.choice(len(skus), m, p=shelf.shares)] if m else skus,
            "event": rng.choice(np.array(EVENTS, dtype=object), m, p=SHARES),
            "ts": int(NOW.timestamp()) - ago,
            "value": rng.exponential(20.0, m),
        }
    )


def queries(shelf: Shelf, colours: NDArray[np.float32], count: int, seed: int) -> list[Query]:
    """Moments in equal parts: nothing known, on air, history, question, wish with conditions.

    Histories of up to 60 events, on popular items; every third of all has one on air.
    """
    rng = np.random.default_rng(seed)
    nouns = rng.integers(0, len(NOUNS), count)
    vectors = mixed(colours, nouns, rng)
    return [
        _query(shelf, number, NOUNS[noun], vectors[number], rng)
        for number, noun in enumerate(nouns)
    ]


def _query(
    shelf: Shelf, number: int, noun: str, vector: NDArray[np.float32], rng: np.random.Generator
) -> Query:
    kind = number % 5
    asks = kind in (3, 4)
    known = kind == 2 or (asks and rng.random() < 0.5)
    skus = shelf.items.skus
    return Query(
        history=_history(shelf, rng) if known else (),
        now=NOW,
        text=_question(noun, rng) if asks else None,
        text_vector=vector if asks else None,
        constraints=_wish(noun, rng) if kind == 4 else Constraints(),
        on_air=skus[int(rng.integers(len(skus)))] if kind == 1 or number % 3 == 0 else None,
    )


def _history(shelf: Shelf, rng: np.random.Generator) -> tuple[Touch, ...]:
    size = min(LONGEST_HISTORY, 1 + int(rng.geometric(0.08)))
    rows = rng.choice(len(shelf.items), size, p=shelf.shares)
    kinds = rng.choice(EVENTS, size, p=SHARES)
    ago = rng.exponential(5 * 86_400, size)
    return tuple(
        Touch(shelf.items.skus[row], str(kind), NOW - timedelta(seconds=float(seconds)), 15.0)
        for row, kind, seconds in zip(rows, kinds, ago, strict=True)
    )


def _question(noun: str, rng: np.random.Generator) -> str:
    looks = LOOKS.split()
    return f"有没有{looks[int(rng.integers(len(looks)))]}一点的{noun}推荐"


def _wish(noun: str, rng: np.random.Generator) -> Constraints:
    skin = (SKINS[int(rng.integers(len(SKINS)))],) if rng.random() < 0.5 else ()
    return Constraints(
        max_price_fen=int(rng.integers(50, 500)) * 100 if rng.random() < 0.7 else None,
        words=(noun, *skin),
    )
