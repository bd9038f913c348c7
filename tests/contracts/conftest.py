"""Every recommender and every propensity model, once, and shops whose answer the eye can see.

A new one is added to RECOMMENDERS or PROPENSITY_MODELS and inherits every test of this folder.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.propensity import PropensityModel
from recsys.recommend import (
    AlsRecommender,
    AssociationRecommender,
    BlendRecommender,
    BprRecommender,
    ContentRecommender,
    EaseRecommender,
    FallbackRecommender,
    ItemKnnRecommender,
    ItemTable,
    LearnedRecommender,
    PopularityRecommender,
    Query,
    Recommender,
    SequenceRecommender,
    SvdRecommender,
)
from recsys.recommend.association import AssociationConfig
from recsys.recommend.bpr import BprConfig
from recsys.recommend.item_knn import ItemKnnConfig
from recsys.recommend.learned import LearnedConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

RECOMMENDERS: dict[str, Callable[[], Recommender]] = {
    "content": ContentRecommender,
    "popularity": PopularityRecommender,
    "fallback": FallbackRecommender,
    "cosine": ItemKnnRecommender,
    "tfidf": lambda: ItemKnnRecommender(ItemKnnConfig("tfidf")),
    "bm25": lambda: ItemKnnRecommender(ItemKnnConfig("bm25")),
    "walk": lambda: ItemKnnRecommender(ItemKnnConfig("walk")),
    "sequence": SequenceRecommender,
    "ease": EaseRecommender,
    "als": AlsRecommender,
    "bpr": lambda: BprRecommender(BprConfig(factors=8)),
    "svd": SvdRecommender,
    "association": lambda: AssociationRecommender(AssociationConfig(purchases=False)),
}
# With so few viewers nothing is learnt unless it is asked for: the one falls back, the other not.
EAGER = LearnedConfig(fewest=1, enough=1)
RECOMMENDERS |= {
    "learned": lambda: LearnedRecommender(EAGER),
    "blend": BlendRecommender,
    "eager_blend": lambda: BlendRecommender(learned=EAGER),
}
# Those that read a question, and those that give different viewers different lists.
READING = ("content", "fallback", "blend", "eager_blend")
# What is learnt from ten viewers is chance, so the eager ones are not asked for the right item.
PERSONAL = tuple(sorted(set(RECOMMENDERS) - {"popularity", "learned", "eager_blend"}))

PROPENSITY_MODELS: dict[str, Callable[[], PropensityModel]] = {"behaviour": PropensityModel}


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(params=RECOMMENDERS)
def make(request: pytest.FixtureRequest) -> Callable[[], Recommender]:
    return RECOMMENDERS[request.param]


@pytest.fixture(params=READING)
def make_reading(request: pytest.FixtureRequest) -> Callable[[], Recommender]:
    return RECOMMENDERS[request.param]


@pytest.fixture(params=PERSONAL)
def make_personal(request: pytest.FixtureRequest) -> Callable[[], Recommender]:
    return RECOMMENDERS[request.param]


def checkerboard(n: int = 10) -> tuple[ItemTable, pd.DataFrame]:
    """n items and n viewers; even viewers touch even items but one, odd viewers odd items but one.

    Even items are creams along the first axis, odd ones dresses along the second, so that text
    and behaviour say the same: what viewer i is to be shown is item i, and nothing else of its
    colour is new to them.
    """
    vectors = np.full((n, 4), 0.05, dtype=np.float32)
    vectors[0::2, 0] = vectors[1::2, 1] = 1.0
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frame = pd.DataFrame(
        {
            "sku": [f"i{row}" for row in range(n)],
            "title": [f"{'面霜' if row % 2 == 0 else '连衣裙'}{row}款" for row in range(n)],
            "category": ["护肤" if row % 2 == 0 else "女装" for row in range(n)],
            "brand": "",
            "price_fen": [1_000 * (row + 1) for row in range(n)],
            "stock": 5,
            "status": "on",
            "link_no": range(1, n + 1),
            "description": "",
        }
    )
    touched = [(v, i) for v in range(n) for i in range(n) if v % 2 == i % 2 and v != i]
    events = pd.DataFrame(
        {
            "viewer": [f"v{v}" for v, _ in touched],
            "sku": [f"i{i}" for _, i in touched],
            "event": "view",
            "ts": [NOW - timedelta(hours=1 + (v * n + i) % 7) for v, i in touched],
        }
    )
    return ItemTable.from_frame(frame, vectors), events


@pytest.fixture
def board() -> tuple[ItemTable, pd.DataFrame]:
    return checkerboard()


def query_of(events: pd.DataFrame, viewer: str, **more: object) -> Query:
    """The query of one viewer of a board."""
    own = events[events["viewer"] == viewer]
    history = tuple(zip(own["sku"], own["event"], own["ts"], strict=True))
    return Query(history=history, now=NOW, **more)  # type: ignore[arg-type]


@pytest.fixture
def ask() -> Callable[..., Query]:
    return query_of


def shop_behaviour(viewers: int = 240, days: int = 40) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events and orders: whoever fills carts (a quarter of all) buys an hour later, as a rule."""
    rng = np.random.default_rng(3)
    events, orders = [], []
    for v in range(viewers):
        keen = rng.random() < 0.25
        for _ in range(6):
            ts = NOW - timedelta(days=float(rng.uniform(0, days)))
            for _ in range(1 + int(rng.poisson(3))):
                ts += timedelta(minutes=float(rng.exponential(2)))
                kind = rng.choice(["cart", "click"] if keen else ["view", "click", "dwell"])
                sku = f"i{rng.integers(20)}"
                events.append((f"v{v}", ts, kind, sku, float(rng.exponential(20))))
            if rng.random() < (0.7 if keen else 0.05):
                bought = ts + timedelta(hours=1)
                events.append((f"v{v}", bought, "order", sku, 0.0))
                orders.append((f"v{v}", bought, sku, int(rng.integers(1_000, 9_000)), 0, "paid"))
    return (
        pd.DataFrame(events, columns=["viewer", "ts", "event", "sku", "value"]),
        pd.DataFrame(orders, columns=["viewer", "ts", "sku", "paid_fen", "discount_fen", "status"]),
    )


@pytest.fixture(scope="session")
def behaviour() -> tuple[pd.DataFrame, pd.DataFrame]:
    return shop_behaviour()


@pytest.fixture(params=PROPENSITY_MODELS)
def make_propensity(request: pytest.FixtureRequest) -> Callable[[], PropensityModel]:
    return PROPENSITY_MODELS[request.param]


@pytest.fixture(scope="session", params=PROPENSITY_MODELS)
def trained(
    request: pytest.FixtureRequest, behaviour: tuple[pd.DataFrame, pd.DataFrame]
) -> PropensityModel:
    """Fitted once for all tests that only read it."""
    return PROPENSITY_MODELS[request.param]().fit(*behaviour, now=NOW + timedelta(days=2))
