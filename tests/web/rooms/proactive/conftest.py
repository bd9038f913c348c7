"""A stage with one product on sale."""

from __future__ import annotations

import pytest

from shop.database import Database
from tests.web.rooms.proactive.stage import Stage
from web.gateway import Gateway


@pytest.fixture
async def stage(database: Database, gateway: Gateway) -> Stage:
    made = Stage(database, gateway)
    made.product(title="加绒卫衣", stock=50, list_price_fen=15900, attributes={"材质": "纯棉"})
    return made
