"""Train, prove, publish, go back: the steps between a lesson and the model that serves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shop.database import Database
from web.config import AppConfig
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway
from web.jobs import assistant, lessons
from web.jobs.versions import Version, Versions
from web.learning import proof
from web.learning.training import EXPECTED_SECONDS, Plan, State, Training
from web.rasa_pool import RasaNotReady, RasaPool, RasaProcess, RasaSpec
from web.rasa_pool.spec import free_port

OWNER = "owner"
# A candidate is warmed with these before viewers reach it: first parses load the dictionary.
WARMING = ("多少钱", "这个165 110斤穿什么码", "什么时候发货，包邮吗")
SHORTEST_REASON = 5


class NotProved(Exception):
    """There is no report on this model, so nobody knows what it would break."""


class ConfirmedBroken(Exception):
    """The model gets questions wrong that the owner confirmed; `broken` lists them."""

    def __init__(self, broken: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(broken)} confirmed questions broken")
        self.broken = broken


class NoAssistantHere(Exception):
    """This web does not run Rasa itself, so it cannot change its model."""


class NotServable(Exception):
    """The model did not come up; the serving one stays."""


@contextmanager
def _coming_up() -> Iterator[None]:
    """A model that does not answer is told as NotServable."""
    try:
        yield
    except (RasaNotReady, AssistantUnavailable, AssistantFailed) as error:
        raise NotServable(str(error)) from error


class Releases:
    """The models of the running installation."""

    def __init__(
        self, config: AppConfig, database: Database, gateway: Gateway, pool: RasaPool | None
    ) -> None:
        self._config = config
        self._database = database
        self._gateway = gateway
        self._pool = pool
        self._publishing = asyncio.Lock()
        self.training = Training(config.state_folder / "training.json")

    @property
    def versions(self) -> Versions:
        """The models on disk."""
        return assistant.versions(self._config.settings)

    @property
    def reports(self) -> Path:
        """Where proofs lie."""
        return self.versions.folder / "reports"

    def train(self) -> State:
        """Begin a training. Raises TrainingRunning, NoAssistantHere."""
        self._own_pool()
        return self.training.start(self._plan)

    async def publish(self, name: str, override: str = "", by: str = OWNER) -> Version:
        """Put a proved model to service, without a missed message.

        One that was trained on the command line is proved first. Raises UnknownVersion, NoModel,
        ConfirmedBroken, NotServable, NoAssistantHere. `override` is the owner's reason to
        publish all the same.
        """
        version = await asyncio.to_thread(self._whole, name)
        made = proof.read(self.reports, name)
        if made is None and not version.published:
            with _coming_up():
                made = await self._prove(version)
        broken = made["regression"]["broken"] if made else []
        if broken and len(override.strip()) < SHORTEST_REASON:
            raise ConfirmedBroken(broken)
        return await self._serve(name, by, override.strip())

    async def roll_back(self, name: str, reason: str = "", by: str = OWNER) -> Version:
        """Go back to a model that served before. Raises as `publish`, NotProved for any other."""
        if not self.versions.get(name).published:
            raise NotProved(name)
        return await self._serve(name, by, reason or "回滚")

    async def _serve(self, name: str, by: str, reason: str) -> Version:
        pool = self._own_pool()
        async with self._publishing:
            version = await asyncio.to_thread(self._whole, name)
            before = pool.current.spec
            # Only what has come up and answered is switched to; and only what is switched to is
            # written down. A kill before that leaves the old model in the pointer.
            with _coming_up():
                await pool.switch(before.serving(self.versions.path(version)), self._warm)
            try:
                return await asyncio.to_thread(self.versions.publish, name, by, reason)
            except OSError as error:
                # What serves and what the next start would serve must be one.
                with _coming_up():
                    await pool.switch(before, self._warm)
                raise NotServable(str(error)) from error

    def _whole(self, name: str) -> Version:
        version = self.versions.get(name)
        if not self.versions.is_whole(version):
            raise assistant.NoModel(f"{version.file} was altered since training")
        return version

    async def _warm(self, url: str) -> None:
        gateway = Gateway(lambda: url, self._config.secrets.shared_secret)
        await gateway.open()
        try:
            for text in WARMING:
                await gateway.parse(text)
        finally:
            await gateway.close()

    def _own_pool(self) -> RasaPool:
        if self._pool is None:
            raise NoAssistantHere
        return self._pool

    def _plan(self) -> Plan:
        """What to train; runs in a thread."""
        config = self._config
        own = assistant.own_lessons(self._database)
        sources = lessons.fingerprint(config.root)
        name = assistant.new_name()

        async def finish(seconds: float) -> None:
            version = await asyncio.to_thread(
                assistant.record, config.settings, name, sources, seconds
            )
            await self._prove(version)

        return Plan(
            name,
            assistant.command(config.settings, config.root, name, own),
            assistant.environment(config.settings, config.secrets, config.root),
            config.root,
            config.settings.var / "log" / "train.log",
            self._expected(),
            config.settings.train_memory_mb,
            finish,
        )

    def _expected(self) -> float:
        listed = self.versions.listed()
        return max(listed[0].seconds, 1.0) if listed else EXPECTED_SECONDS

    async def _prove(self, version: Version) -> dict[str, Any]:
        """Start the candidate apart, ask both what is known, and keep the report."""
        spec = self._own_pool().current.spec.serving(self.versions.path(version))
        questions = await asyncio.to_thread(
            proof.known_questions, self._database, self._config.root / "data" / "regression.csv"
        )
        live = self.versions.current()
        listed = await asyncio.to_thread(assistant.own_lessons, self._database)
        own = {intent.name: intent.title for intent in listed}
        regressed = await self._ask_both(spec, questions, own)
        read = assistant.intent_report
        held_out = await asyncio.to_thread(
            lambda: (read(self.versions.path(live)), read(self.versions.path(version)))
        )
        made = proof.report(version.name, live.name, held_out, regressed, own)
        await asyncio.to_thread(proof.save, self.reports, made)
        return made

    async def _ask_both(
        self, spec: RasaSpec, questions: list[proof.Known], own: Mapping[str, str]
    ) -> dict[str, Any]:
        process = RasaProcess(spec, free_port())
        secret = self._config.secrets.shared_secret
        candidate = Gateway(lambda: process.url, secret, parse_timeout=15.0)
        await candidate.open()
        try:
            await process.start()
            await process.wait_ready()
            return await proof.regression(questions, self._gateway, candidate, own)
        finally:
            await candidate.close()
            await process.stop()
