"""One side of the kill test: a connector that repeats what was not acknowledged, and an overlay."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.e2e.room_nursery import Life
from tests.web.stand_in import SECRETS

ROOT = Path(__file__).resolve().parents[2]
_HEADERS = {"Authorization": f"Bearer {SECRETS.ingest_key}"}
# Everybody's questions, chatter, what the host must do; and, with a number, one viewer's own.
SHARED = ("多少钱", "这个多少钱啊", "啥价", "几号发货", "快递单到哪了", "666666", "哈哈哈哈", "扣1")
OWN = ("第{}件怎么洗", "第{}件怎么洗？", "转一圈看看第{}件")


@dataclass
class Nursery:
    """The process that forks web processes; `port` is where all of them listen."""

    process: Process
    port: int
    kills: int = 0

    async def born(self, life: Life) -> int:
        """Start a web process; gives its id."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asdict(life)).encode() + b"\n")
        return int(await self._line())

    async def _line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode()

    def kill(self, pid: int) -> None:
        """kill -9; one that has died by itself counts too."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self.kills += 1


@asynccontextmanager
async def nursery(var: Path, rasa_port: int, lasts: float, triage: Path) -> AsyncIterator[Nursery]:
    """A nursery on this var folder; `lasts` is how long a lease is, in seconds."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.e2e.room_nursery", str(var), str(rasa_port), str(lasts),
        str(triage), cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=(var / "web.log").open("wb"),
        start_new_session=True,
    )  # fmt: skip
    made = Nursery(process, 0)
    made.port = int(await made._line())
    try:
        yield made
    finally:
        # Its own session: itself and all that it bore.
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


@dataclass
class Connector:
    """Posts comments forever, each batch until it is acknowledged, as a platform's pushes are."""

    session: aiohttp.ClientSession
    url: str
    chance: random.Random
    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    repeats: int = 0
    refused: set[str] = field(default_factory=set)
    ending: bool = False
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def next_acknowledgement(self) -> None:
        """Wait until a batch is acknowledged."""
        self._heard.clear()
        await self._heard.wait()

    async def run(self) -> None:
        """Until `ending` is set, and then until the last batch is acknowledged."""
        while not self.ending:
            batch = [self._comment() for _ in range(self.chance.randint(1, 12))]
            while not await self._post(batch):
                self.repeats += 1
                await asyncio.sleep(0.01)
            self.acknowledged |= {comment["id"] for comment in batch}
            self._heard.set()
            await asyncio.sleep(self.chance.uniform(0.0, 0.04))

    def _comment(self) -> dict[str, Any]:
        number = len(self.sent)
        kind = self.chance.choice((*SHARED, *OWN, *OWN))
        text = self.sent[f"c{number}"] = kind.format(number)
        return {
            "id": f"c{number}",
            "viewer": f"u{number % 97}",
            "name": f"客{number}",
            "text": text,
        }

    async def _post(self, batch: list[dict[str, Any]]) -> bool:
        try:
            async with self.session.post(
                f"{self.url}/api/rooms/demo/comments", json={"comments": batch}, headers=_HEADERS
            ) as response:
                answer = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False
        if response.status == 202:
            return True
        assert response.status in (409, 503), answer
        self.refused.add(answer["error"]["code"])
        return False


@dataclass
class Overlay:
    """A page that comes back by itself; what it was shown, by connection."""

    session: aiohttp.ClientSession
    url: str
    shown: list[dict[int, int]] = field(default_factory=list)

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            seen: dict[int, int] = {}
            self.shown.append(seen)
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with self.session.ws_connect(f"{self.url}/ws/rooms/demo/overlay") as socket:
                    async for message in socket:
                        told = json.loads(message.data)
                        if told["type"] == "answer":
                            # Nothing is shown twice to a page that stays.
                            assert told["id"] not in seen
                            seen[told["id"]] = told["count"]
            await asyncio.sleep(0.01)
