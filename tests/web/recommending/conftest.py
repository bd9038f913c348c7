"""The application on a shop with behaviour, orders and a fitted recommender."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from actions import newest
from shop import catalogue, events, orders, rooms
from shop.catalogue import Product
from shop.events import Event
from shop.orders import Order
from shop.rooms import Incoming
from tests.web.learning.conftest import owner
from tests.web.stand_in import Client
from web.jobs import fit
from web.keys import CONFIG, DATABASE, DESK
from web.recommending import fitting

__all__ = ["owner"]

SHELF = [
    Product("C1", "控油保湿面霜", "护肤", "润", 9900, None, 3000, 100, 5),
    Product("S1", "氨基酸洗面奶", "护肤", "润", 5900, None, 2000, 40, 11),
    Product("S2", "玻尿酸补水面膜", "护肤", "雪", 4900, None, 1000, 40, 12),
    Product("W1", "法式小黑裙", "女装", "满衣", 19900, None, 9000, 30, 14),
    Product("W2", "碎花雪纺连衣裙", "女装", "满衣", 15900, None, 8000, 30, 15),
    Product("W3", "针织开衫外套", "女装", "满衣", 12900, None, 6000, 30, 16),
]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer models are looked for at every question, and a fit has its turn on a busy machine."""
    monkeypatch.setattr(fitting, "NICE", 0)
    monkeypatch.setattr(newest, "GLANCE", 0.0)
    monkeypatch.setattr(newest, "REST", 0.0)


def fill(client: Client) -> None:
    """carol looks at dresses, v1 to v4 bought cream and cleanser, 小美 writes in the room."""
    now = datetime.now(UTC)
    with client.app[DATABASE].begin() as session:
        catalogue.upsert_many(session, SHELF)
        bought = [
            Order(f"{v}{sku}", v, now - timedelta(days=9), sku, status="delivered")
            for v, skus in {"v1": "C1 S1", "v2": "C1 S1", "v3": "C1 S1", "v4": "C1 S1", "v5": "W1",
                            "v6": "W2", "v7": "W1"}.items()
            for sku in skus.split()
        ]  # fmt: skip
        orders.upsert_many(session, bought)
        seen = [Event(f"c{n}", now - timedelta(days=1), "carol", "click", "W1") for n in range(3)]
        events.record(session, seen)
        said = [Incoming("1", "beef0001", "小美", "多少钱", now - timedelta(minutes=5))]
        rooms.accept(session, "demo", said)
        rooms.put_on_air(session, "demo", "C1", now)


def fitted(client: Client) -> None:
    """Fit and have the desk take the models up."""
    list(fit.fit(client.app[DATABASE], client.app[CONFIG].settings.var))
    desk, deadline = client.app[DESK], time.monotonic() + 30
    while not (desk.recommender and desk.cross_sell.pairs) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert desk.recommender is not None
    assert desk.cross_sell.pairs


@pytest.fixture
async def ready(owner: Client) -> Client:
    await asyncio.to_thread(fill, owner)
    await asyncio.to_thread(fitted, owner)
    return owner
