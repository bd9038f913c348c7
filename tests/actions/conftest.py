"""A small shop whose right answers the eye can see, and a desk on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from actions.answer import Answer
from actions.answering import ANSWERING
from actions.desk import Desk
from actions.question import Candidate, FaqMatch, Further, Question
from actions.replies.table import action_of
from actions.shop_action import respond
from shop import catalogue, coupons, faq, orders, policies
from shop.catalogue import Product, SizeRow, Variant
from shop.coupons import Campaign
from shop.database import Database
from shop.faq import FaqEntry
from shop.orders import Order

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

DRESS = Product(
    "D1", "碎花连衣裙", "女装", "满衣", 16900, 23900, 7000, 5, 3,
    attributes={"材质": "100%棉", "洗护": "冷水手洗"},
    variants=(
        Variant("红色 M", "红色", "M", 16900, 3),
        Variant("红色 L", "红色", "L", 16900, 2),
        Variant("白色 M", "白色", "M", 16900, 0),
    ),
    sizes=(SizeRow("M", 155, 168, 45, 57), SizeRow("L", 160, 175, 57.5, 68)),
)  # fmt: skip
CREAM = Product(
    "C1", "控油保湿面霜", "护肤", "润", 9900, None, 3000, 100, 5, aliases=("面霜",),
    attributes={"适合肤质": "油皮、混合皮", "不适合": "敏感肌慎用", "质保": "开封一年内"},
)  # fmt: skip
GONE = Product("G1", "夏季草帽", "女装", "", 3900, None, 1000, 0, 8)
OFF = Product("O1", "旧款围巾", "女装", "", 2900, None, 1000, 9, None, status="off")
PLAIN = Product("P1", "神秘商品", "杂货", "", 1000, None, None, 10, 9)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    database.migrate()
    with database.begin() as session:
        catalogue.upsert_many(session, [DRESS, CREAM, GONE, OFF, PLAIN])
        policies.set_policy(session, "shipping_time", "当天发货")
        policies.set_policy(session, "shipping_fee", "满59元包邮")
        faq.upsert(session, FaqEntry("F1", "裙子会缩水吗", (), "不会缩水", sku="D1"))
        faq.upsert(session, FaqEntry("F2", "春节发货吗", (), "春节不发货",
                                     valid_from=datetime(2026, 1, 1, tzinfo=UTC),
                                     valid_to=datetime(2026, 12, 31, tzinfo=UTC)))  # fmt: skip
        faq.upsert(session, FaqEntry("F3", "去年活动", (), "过期了",
                                     valid_to=datetime(2025, 12, 31, tzinfo=UTC)))  # fmt: skip
        faq.upsert(session, FaqEntry("F4", "多久发货", (), "一般当天发走"))
        orders.upsert_many(session, [
            Order("20261120001", "alice", NOW, "D1", status="shipped", carrier="中通",
                  tracking_no="ZT1"),
        ])  # fmt: skip
        coupons.upsert(session, campaign("DRESS20", 2000, sku="D1"))
    yield database
    database.dispose()


def campaign(campaign_id: str, amount_fen: int, **changes: Any) -> Campaign:
    fields: dict[str, Any] = {
        "campaign_id": campaign_id,
        "title": f"立减{amount_fen // 100}元",
        "kind": "amount",
        "amount_fen": amount_fen,
        "threshold_fen": 0,
        "sku": None,
        "category": None,
        "starts_at": datetime(2026, 1, 1, tzinfo=UTC),
        "ends_at": datetime(2030, 1, 1, tzinfo=UTC),
        "total_limit": 10,
        "budget_fen": None,
        "margin_floor": 0.2,
    }
    return Campaign(**fields | changes)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path, clock=lambda: NOW)


Ask = Callable[..., Answer]


@pytest.fixture
def ask(desk: Desk) -> Ask:
    """Ask as Rasa would: ask("多少钱", "ask_price", link_no=3, on_air="C1")."""

    def run(
        text: str,
        intent: str,
        *,
        faq_hits: tuple[Candidate, ...] = (),
        exact: str | None = None,
        on_air: str | None = None,
        page_sku: str | None = None,
        channel: str = "widget",
        viewer: str = "bob",
        slots: dict[str, Any] | None = None,
        candidates: list[str] | None = None,
        also: tuple[Further, ...] = (),
        action: str | None = None,
        confidence: float = 0.8,
        clear: float = 1.0,
        **entities: Any,
    ) -> Answer:
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        if candidates:
            found.append({"entity": "product", "value": candidates[0], "candidates": candidates})
        question = Question(
            text, intent, confidence, viewer, channel, None, on_air, page_sku, tuple(found),
            FaqMatch(exact, faq_hits, clear), also, slots or {},
        )  # fmt: skip
        return respond(desk, question, ANSWERING[action or action_of(intent)].reply)[0]

    return run


def words(answer: Answer) -> str:
    """Everything that the viewer reads."""
    return " ".join(str(block.get("text", "")) for block in answer.blocks)
