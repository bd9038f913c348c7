"""The engines of all rooms: each started when first needed, or at start-up with work left over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from shop import rooms as journal
from shop.database import Database
from web.gateway import Gateway
from web.jobs import triage as training
from web.rooms import recovery
from web.rooms.engine import Engine, Tools, nobody_in_particular
from web.rooms.signals import Base
from web.rooms.triage import Sorter, TriageModel

logger = logging.getLogger(__name__)


class Rooms:
    """Gives the engine of a room; `load_model` is called once, in a thread."""

    def __init__(
        self,
        database: Database,
        gateway: Gateway,
        rate: float,
        load_model: Callable[[], TriageModel],
        *,
        propensity: Base = nobody_in_particular,
        wait_seconds: float = 120.0,
    ) -> None:
        self._database, self._gateway, self._rate = database, gateway, rate
        self._load_model = load_model
        self._model: TriageModel | None = None
        self._propensity, self._wait_seconds = propensity, wait_seconds
        self._engines: dict[str, Engine] = {}
        self._starting = asyncio.Lock()

    async def engine(self, room: str) -> Engine:
        """The running engine of a room. Raises UnknownRoom."""
        engine = self._engines.get(room)
        if engine is not None:
            return engine
        async with self._starting:
            if room not in self._engines:
                self._engines[room] = await self._start(room)
        return self._engines[room]

    async def recover(self) -> None:
        """Start the engine of every room that has comments without an outcome."""
        for room in await asyncio.to_thread(self._unfinished):
            await self.engine(room)

    async def close(self) -> None:
        """Stop every engine."""
        async with self._starting:
            engines, self._engines = list(self._engines.values()), {}
            for engine in engines:
                await engine.stop()

    async def _start(self, room: str) -> Engine:
        state = await asyncio.to_thread(recovery.read, self._database, room)
        if self._model is None:
            self._model = await asyncio.to_thread(self._load_model)
        # A sorter each: two rooms may sort at the same time, in two threads.
        tools = Tools(
            self._database,
            self._gateway,
            Sorter(self._model),
            self._rate,
            self._propensity,
            self._wait_seconds,
        )
        engine = Engine(room, tools, on_air=state.on_air, counts=state.counts)
        engine.start()
        if state.pending:
            logger.info("room=%s takes up %d open comments", room, len(state.pending))
            engine.take(state.pending)
        return engine

    def _unfinished(self) -> list[str]:
        with self._database.read() as session:
            return [r for r in journal.rooms(session) if journal.counts(session, r)["pending"]]


ROOMS = web.AppKey("rooms", Rooms)


def trained_model(var: Path, root: Path) -> TriageModel:
    """The triage model of this installation, trained now if it is not there or out of date."""
    training.ensure(var, root)
    return TriageModel.load(training.folder(var))
