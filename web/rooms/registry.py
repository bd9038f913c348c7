"""The engines of all rooms: each started when first needed, or at start-up with work left over.

An engine that ends by a fault is followed by another within a second; one whose room was taken
by another process is not, until that room is free again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from aiohttp import web

from shop import rooms as journal
from shop.database import Database, DatabaseBusy
from shop.room_lease import LeaseLost, RoomHeld
from shop.rooms import Accepted, Incoming, UnknownRoom
from web.gateway import Gateway
from web.jobs import triage as training
from web.rooms import recovery
from web.rooms.engine import Engine, Tools, nobody_in_particular
from web.rooms.signals import Base
from web.rooms.tenure import Tenure
from web.rooms.triage import Sorter, TriageModel

logger = logging.getLogger(__name__)
# A connector that waits longer than this for the journal had better ask again later.
INTAKE_SECONDS = 10.0
# How soon a room that is to run here is tried again, and how slowly where that keeps failing.
RETRY_SECONDS = (0.5, 10.0)
# An engine that ran for this long had nothing wrong with it when it started.
_SOUND_SECONDS = 60.0
# A room that is held elsewhere is not asked for at the database by every request.
_REFUSED_SECONDS = 1.0


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
        # One at a time writes a room's journal: its engine meets comments in their order.
        self._intakes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._minders: dict[str, asyncio.Task[None]] = {}
        self._refused: dict[str, float] = {}

    async def engine(self, room: str) -> Engine:
        """The running engine of a room. Raises UnknownRoom, RoomHeld."""
        engine = self._engines.get(room)
        if engine is not None:
            return engine
        async with self._starting:
            if room not in self._engines:
                self._engines[room] = await self._start(room)
                self._mind(room)
        return self._engines[room]

    async def take(self, room: str, comments: Sequence[Incoming]) -> Accepted:
        """Journal comments and have them worked on: web.rooms.taking.take."""
        # Shielded: a caller that goes away must leave none journalled and not taken on.
        return await asyncio.shield(self._take(room, comments))

    async def recover(self) -> None:
        """Start the engine of every room that has comments without an outcome.

        A room that another process runs is taken when that process ends.
        """
        for room in await asyncio.to_thread(self._unfinished):
            try:
                await self.engine(room)
            except RoomHeld:
                logger.warning("room=%s is run by another process; waiting for it", room)
                self._mind(room)

    async def close(self) -> None:
        """Stop every engine."""
        minders, self._minders = list(self._minders.values()), {}
        for minder in minders:
            minder.cancel()
        await asyncio.gather(*minders, return_exceptions=True)
        async with self._starting:
            for room in list(self._engines):
                await self._engines.pop(room).stop()

    async def _take(self, room: str, comments: Sequence[Incoming]) -> Accepted:
        await self.engine(room)
        intake = self._intakes[room]
        try:
            async with asyncio.timeout(INTAKE_SECONDS):
                await intake.acquire()
        except TimeoutError as error:
            raise DatabaseBusy(f"room {room} was not journalled for {INTAKE_SECONDS} s") from error
        try:
            # Looked up again: the engine may have been followed by another meanwhile.
            engine = await self.engine(room)
            accepted = await self._journal(engine, comments)
            engine.accept(accepted.rows)
            return accepted
        finally:
            intake.release()

    async def _journal(self, engine: Engine, comments: Sequence[Incoming]) -> Accepted:
        try:
            return await asyncio.to_thread(engine.journal, comments)
        except LeaseLost as error:
            engine.end(error)
            raise RoomHeld(engine.room) from error
        except Exception:
            # A connection that broke at the commit: they may be journalled all the same, and
            # the connector's next attempt is told that they are.
            engine.look()
            raise

    async def _start(self, room: str) -> Engine:
        if time.monotonic() - self._refused.get(room, -_REFUSED_SECONDS) < _REFUSED_SECONDS:
            raise RoomHeld(room)
        if self._model is None:
            self._model = await asyncio.to_thread(self._load_model)
        tenure = Tenure(self._database, room)
        try:
            await asyncio.to_thread(tenure.take)
        except RoomHeld:
            self._refused[room] = time.monotonic()
            raise
        try:
            state = await asyncio.to_thread(recovery.read, self._database, room)
        except Exception:
            await asyncio.to_thread(tenure.give_up)
            raise
        if state.counts["pending"]:
            logger.info("room=%s takes up %d open comments", room, state.counts["pending"])
        # A sorter each: two rooms may sort at the same time, in two threads.
        tools = Tools(
            self._database, self._gateway, Sorter(self._model),
            self._rate, self._propensity, self._wait_seconds,
        )  # fmt: skip
        engine = Engine(
            room, tools, on_air=state.on_air, counts=state.counts, tenure=tenure, behind=True
        )
        engine.start()
        return engine

    def _mind(self, room: str) -> None:
        if room not in self._minders:
            self._minders[room] = asyncio.create_task(self._keep_running(room))

    async def _keep_running(self, room: str) -> None:
        """From its first start on, a room that this process can have has its engine."""
        wait, longest = RETRY_SECONDS
        while True:
            engine = self._engines.get(room)
            if engine is not None:
                started = time.monotonic()
                await self._until_ended(engine)
                if time.monotonic() - started > _SOUND_SECONDS:
                    wait = RETRY_SECONDS[0]
            await asyncio.sleep(wait)
            wait = min(2 * wait, longest)
            try:
                await self.engine(room)
            except RoomHeld:
                wait = RETRY_SECONDS[0] * 2
            except UnknownRoom:
                del self._minders[room]
                return
            except Exception:
                logger.exception("room=%s does not start", room)

    async def _until_ended(self, engine: Engine) -> None:
        error = await asyncio.shield(engine.ended)
        if isinstance(error, LeaseLost):
            logger.error("room=%s was taken by another process", engine.room)
        else:
            logger.critical("room=%s its engine ended", engine.room, exc_info=error)
        async with self._intakes[engine.room], self._starting:
            if self._engines.get(engine.room) is engine:
                del self._engines[engine.room]
                await engine.stop()

    def _unfinished(self) -> list[str]:
        with self._database.read() as session:
            return [r for r in journal.rooms(session) if journal.counts(session, r)["pending"]]


ROOMS = web.AppKey("rooms", Rooms)


def trained_model(var: Path, root: Path) -> TriageModel:
    """The triage model of this installation, trained now if it is not there or out of date."""
    training.ensure(var, root)
    return TriageModel.load(training.folder(var))
