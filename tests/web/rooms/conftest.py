"""Rooms on a fresh database, with the real triage model and a server in Rasa's place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from shop import catalogue, rooms
from shop.catalogue import Product
from shop.database import Database
from shop.rooms import Comment, Incoming
from tests.web.rooms.journal import Say
from tests.web.rooms.room_rasa import SHARED_SECRET, RoomRasa
from web.gateway import Gateway
from web.jobs import triage
from web.rooms import routes
from web.rooms.engine import Engine, Tools, nobody_in_particular
from web.rooms.triage import Sorter, TriageModel


@pytest.fixture(scope="session")
def triage_model(root: Path, tmp_path_factory: pytest.TempPathFactory) -> TriageModel:
    """Trained on the real comments, once, and read back from its files."""
    var = tmp_path_factory.mktemp("triage")
    triage.ensure(var, root)
    return TriageModel.load(triage.folder(var))


@pytest.fixture(autouse=True)
def _one_training(triage_model: TriageModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "trained_model", lambda var, root: triage_model)


@pytest.fixture
async def rasa() -> AsyncIterator[RoomRasa]:
    stand_in = RoomRasa()
    server = TestServer(stand_in.application())
    await server.start_server()
    stand_in.port = server.port or 0
    yield stand_in
    await server.close()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'room.db'}")
    made.migrate()
    with made.begin() as session:
        catalogue.upsert(session, Product(sku="A1", title="卫衣", price_fen=9900, link_no=3))
        rooms.create_room(session, "demo")
    yield made
    made.dispose()


@pytest.fixture
async def gateway(rasa: RoomRasa) -> AsyncIterator[Gateway]:
    made = Gateway(lambda: f"http://127.0.0.1:{rasa.port}", SHARED_SECRET)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def tools(database: Database, gateway: Gateway, triage_model: TriageModel) -> Tools:
    return Tools(database, gateway, Sorter(triage_model), 1000.0, nobody_in_particular)


@pytest.fixture
def say(database: Database) -> Say:
    """Journal comments (texts, or pairs of viewer and text) and give their rows."""
    told = iter(range(1_000_000))

    def journal(*comments: str | tuple[str, str]) -> list[Comment]:
        now = datetime.now(UTC)
        incoming = []
        for comment in comments:
            number = next(told)
            viewer, text = comment if isinstance(comment, tuple) else (f"{number:04x}v", comment)
            incoming.append(Incoming(f"c{number}", viewer, f"小{number}", text, now))
        with database.begin() as session:
            return rooms.accept(session, "demo", incoming).rows

    return journal


@pytest.fixture
async def engine(tools: Tools) -> AsyncIterator[Engine]:
    made = Engine("demo", tools, on_air="A1")
    made.start()
    yield made
    await made.stop()
