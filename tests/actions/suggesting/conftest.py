"""The small shop with a fitted recommender, pairs from real orders, and a few viewers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from actions import models
from actions.desk import Desk
from actions.suggesting.occasion import Occasion
from actions.suggesting.suggest import Suggester, Suggestion
from recsys.embedding import default_encoder
from recsys.mining.cross_sell import mined
from recsys.recommend import FallbackRecommender, ItemTable
from shop import catalogue, events, orders, purchases
from shop.catalogue import Product
from shop.database import Database
from shop.events import Event
from shop.orders import Order
from tests.actions.conftest import NOW

SHELF = [
    Product("S1", "氨基酸洗面奶", "护肤", "润", 5900, None, 2000, 40, 11),
    Product("S2", "玻尿酸补水面膜", "护肤", "雪", 4900, None, 1000, 40, 12),
    Product("S3", "烟酰胺精华液", "护肤", "雪", 12900, None, 4000, 40, 13),
    Product("W1", "法式小黑裙", "女装", "满衣", 19900, None, 9000, 30, 14),
    Product("W2", "针织开衫外套", "女装", "满衣", 15900, None, 8000, 30, 15),
]


@pytest.fixture
def shop(database: Database) -> Database:
    """Four buyers of both the cream and the cleanser; carol looked at dresses."""
    with database.begin() as session:
        catalogue.upsert_many(session, SHELF)
        bought = [
            Order(f"{v}{sku}", v, NOW - timedelta(days=10), sku, status="delivered")
            for v, skus in {"v1": "C1 S1", "v2": "C1 S1", "v3": "C1 S1", "v4": "C1 S1 W1",
                            "v5": "W1", "v6": "W2", "v7": "D1", "v8": "W1"}.items()
            for sku in skus.split()
        ]  # fmt: skip
        orders.upsert_many(session, bought)
        seen = [Event(f"c{n}", NOW - timedelta(days=1), "carol", "click", "D1") for n in range(2)]
        events.record(session, seen)
    return database


def fit(database: Database, var: Path, name: str = "first") -> None:
    """Fit and point to it, as web's job does."""
    with database.read() as session:
        products, seen = catalogue.frame(session), events.frame(session)
        bought = purchases.frame(session)
    encoder = default_encoder()
    vectors = encoder.encode(products["text"].tolist(), "passage")
    items = ItemTable.from_frame(products, vectors, encoder.fingerprint)
    folder = models.pointer(var, models.RECOMMENDER).parent
    FallbackRecommender().fit(items, seen).save(folder / f"recommender-{name}")
    mined(bought).save(folder / f"pairs-{name}" / models.PAIRS_FILE)
    models.record(models.pointer(var, models.RECOMMENDER), {"folder": f"recommender-{name}"})
    models.record(models.pointer(var, models.CROSS_SELL), {"folder": f"pairs-{name}"})


@pytest.fixture
def desk(shop: Database, tmp_path: Path) -> Desk:
    fit(shop, tmp_path)
    return Desk(shop, tmp_path, clock=lambda: NOW)


Suggest = Callable[..., Suggestion]


@pytest.fixture
def suggest(desk: Desk) -> Suggest:
    """A suggestion for bob, or as told."""

    def run(viewer: str = "bob", **told: object) -> Suggestion:
        recommender = desk.recommender
        assert recommender is not None
        occasion = Occasion(viewer, NOW, **told)  # type: ignore[arg-type]
        with desk.database.read() as session:
            return Suggester(desk, session, occasion, recommender).suggest()

    return run


def skus(suggestion: Suggestion) -> list[str]:
    return [one.product.sku for one in suggestion.items]
