"""Who is likely to buy: the fitted model on the shop's rows, and what is done in the room."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from actions import models
from actions.desk import Desk
from recsys.propensity import PropensityModel
from shop import events, inbox, orders
from shop.database import Database
from shop.events import Event
from shop.importing import import_file
from shop.orders import Order
from shop.rooms import Comment
from tests.web.rooms.journal import Say, all_decided
from web.rooms import buyers, signals
from web.rooms.buyers import Buyers
from web.rooms.engine import Engine, Tools
from web.rooms.intake import read_comments
from web.rooms.signals import Nobody, Signals

NOW = datetime.now(UTC)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def comment(viewer: str, text: str = "扣1", name: str = "小鹿") -> Comment:
    return Comment(1, "demo", "c1", viewer, name, text, NOW, NOW)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> PropensityModel:
    """Fitted on viewers of whom those who put into the cart buy, and the others do not."""
    chance = np.random.default_rng(0)
    seen: list[dict[str, Any]] = []
    bought: list[dict[str, Any]] = []
    for number in range(120):
        start = NOW - timedelta(days=30) + timedelta(hours=float(chance.uniform(0, 600)))
        keen = number % 3 == 0
        for step in range(8):
            at = start + timedelta(minutes=3 * step)
            kind = "cart" if keen and step % 2 else "comment" if step % 3 else "view"
            seen.append({"viewer": f"v{number}", "ts": at, "event": kind, "sku": "A1"})
        if keen:
            at = start + timedelta(minutes=40)
            bought.append({"viewer": f"v{number}", "ts": at, "sku": "A1", "paid_fen": 9900})
    return PropensityModel().fit(pd.DataFrame(seen), pd.DataFrame(bought))


def shop_front(database: Database) -> None:
    """One who filled a cart ten minutes ago, one who only looked, one who once bought."""
    rows = [
        Event(f"{viewer}{step}", NOW - timedelta(minutes=10 - step), viewer, kind, "A1")
        for viewer, kind in (("keen", "cart"), ("idle", "view"))
        for step in range(4)
    ]
    with database.begin() as session:
        events.record(session, rows)
        orders.upsert_many(session, [Order("o1", "idle", NOW - timedelta(days=9), "A1")])


@contextmanager
def looking(asked: Buyers) -> Iterator[None]:
    task = asyncio.get_running_loop().create_task(asked.run())
    yield
    task.cancel()


async def settled(asked: Buyers, viewer: str, before: float) -> float:
    for _ in range(400):
        if asked(viewer) != before:
            break
        await asyncio.sleep(0.01)
    return asked(viewer)


def test_what_was_imported_and_what_the_room_hears_is_of_one_person(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "order_id,viewer,ts,sku,quantity,paid,status\no1,u1,2026-11-01T12:00:00Z,A1,1,99,shipped\n",
        "utf-8",
    )
    assert import_file(database, "orders", file, viewer_key="key").errors == ()
    body = {"comments": [{"id": "c1", "viewer": "u1", "text": "多少钱"}]}
    (heard,) = read_comments(body, "key", NOW)
    with database.read() as session:
        assert [one.order_id for one in orders.of_viewers(session, [heard.viewer])] == ["o1"]


async def test_a_viewer_is_scored_in_a_thread_and_is_unknown_until_then(
    database: Database, model: PropensityModel
) -> None:
    shop_front(database)
    asked = Buyers(database, lambda: model)
    assert [asked(viewer) for viewer in ("keen", "idle", "stranger")] == [0.0, 0.0, 0.0]
    with looking(asked):
        keen = await settled(asked, "keen", 0.0)
        assert 0.0 < asked("idle") < keen <= 1.0
        assert asked("stranger") == pytest.approx(model.base_rate)
        assert asked("never seen before") == pytest.approx(model.base_rate)
    assert 0.0 < model.base_rate < 1.0
    assert asked.why("idle") == ("老顾客",)
    assert "最近加购过" in asked.why("keen")
    assert asked.why("stranger") == ()


async def test_without_a_model_everybody_is_nobody_in_particular(database: Database) -> None:
    asked = Buyers(database, lambda: None)
    with looking(asked):
        asked("keen")
        await asyncio.sleep(0.1)
    assert asked("keen") == 0.0


async def test_the_newest_fit_of_this_shop_is_taken_up(
    database: Database, model: PropensityModel, tmp_path: Path
) -> None:
    shop_front(database)
    desk = Desk(database, tmp_path / "var")
    asked = Buyers(database, lambda: desk.propensity)
    folder = models.pointer(tmp_path / "var", models.PROPENSITY).parent / "propensity-1"
    model.save(folder)
    models.record(models.pointer(tmp_path / "var", models.PROPENSITY), {"folder": "propensity-1"})
    with looking(asked):
        assert await settled(asked, "keen", 0.0) > model.base_rate


async def test_a_score_grows_old_and_what_is_remembered_is_bounded(
    database: Database, model: PropensityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buyers, "REMEMBERED", 3)
    monkeypatch.setattr(buyers, "NOTED", 5)
    monkeypatch.setattr(buyers, "PAUSE_SECONDS", 0.0)
    clock, calls = Clock(), []

    def counted() -> PropensityModel:
        calls.append(1)
        return model

    asked = Buyers(database, counted, clock)
    for number in range(20):
        asked(f"u{number}")
    assert len(asked._noted) == 5
    with looking(asked):
        await settled(asked, "u4", 0.0)
        await asyncio.sleep(0.05)
        assert len(asked._known) == 3
        before = len(calls)
        asked("u4")
        await asyncio.sleep(0.05)
        assert len(calls) == before
        clock.now += buyers.FRESH_SECONDS + 1
        asked("u4")
        await asyncio.sleep(0.1)
        assert len(calls) > before


async def test_a_database_that_is_away_leaves_the_rooms_alone(
    database: Database, model: PropensityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buyers, "_RETRY_SECONDS", 0.01)
    shop_front(database)
    failures = iter(range(2))

    def sometimes() -> PropensityModel:
        if next(failures, None) is not None:
            raise OSError("disk full")
        return model

    asked = Buyers(database, sometimes)
    with looking(asked):
        assert await settled(asked, "keen", 0.0) > 0.0


def test_what_is_done_in_the_room_raises_the_base_and_fades() -> None:
    clock = Clock()
    room = Signals(Nobody(), clock)
    room.wants(comment("a"))
    room.wants(comment("a", "想要想要"))
    assert room("a") == pytest.approx(0.35)
    room.wants(comment("b", "已拍"))
    assert room("b") == pytest.approx(0.25)
    for intent in signals.SIGNALS:
        room.asks(comment("a"), intent)
    assert room("a") == pytest.approx(signals.MOST)
    room.asks(comment("c"), "ask_spec")
    assert room("c") == room("stranger") == 0.0
    clock.now += signals.FADE_SECONDS / 2
    assert room("b") == pytest.approx(0.125)
    clock.now += signals.FADE_SECONDS
    assert room("a") == room("b") == 0.0
    assert room.likeliest(5) == []


def test_a_sure_buyer_of_the_shop_stays_below_certainty() -> None:
    class Likely(Nobody):
        def __call__(self, viewer: str) -> float:
            return 0.8

    room = Signals(Likely())
    for intent in signals.SIGNALS:
        room.asks(comment("a"), intent)
    assert room("a") == pytest.approx(0.8 + 0.2 * signals.MOST)
    assert 0.8 < room("a") < 1.0


def test_the_likeliest_are_named_with_their_reasons_and_never_by_pseudonym(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Known(Nobody):
        def why(self, viewer: str) -> tuple[str, ...]:
            return ("老顾客",)

    monkeypatch.setattr(signals, "REMEMBERED", 3)
    room = Signals(Known())
    room.asks(comment("f" * 32, name="加V领券"), "ask_size")
    room.wants(comment("a" * 32, name="<b>阿May"))
    room.asks(comment("a" * 32), "ask_price")
    assert room.likeliest(5) == [
        {"name": "<b>阿May", "why": "说想要 · 问了价格 · 老顾客"},
        {"name": "观众FFFF", "why": "问了尺码 · 老顾客"},
    ]
    assert room.likeliest(1) == room.likeliest(5)[:1]
    for number in range(4):
        room.wants(comment(f"u{number}"))
    assert len(room.likeliest(9)) == 3


async def test_the_inbox_is_told_how_likely_its_askers_are_to_buy(
    tools: Tools, say: Say, database: Database
) -> None:
    engine = Engine("demo", tools)
    engine.start()
    try:
        engine.accept(say(("keen", "扣1")))
        await all_decided(database)
        engine.accept(say(("keen", "会不会起球呢？"), ("other", "会不会起球呢？")))
        await all_decided(database)
    finally:
        await engine.stop()
    with database.read() as session:
        asked = {one.viewer: one.propensity for one in inbox.open_questions(session)}
    assert asked["keen"] == pytest.approx(0.35, abs=0.02)
    assert asked["other"] == 0.0
