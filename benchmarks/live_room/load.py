"""Pushing comments at a rate: into a room, or one by one into Rasa's REST channel."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.live_room.mix import Line

# A connector gathers what comes within this many seconds into one request.
WINDOW = 0.1
LARGEST = 1000
# The host goes on to the next product after so many seconds.
SHOWN_SECONDS = 20.0


@dataclass(slots=True)
class Pushed:
    """What was sent: question or not by comment id, refusals, and seconds from first to last."""

    asks: dict[str, bool] = field(default_factory=dict)
    refused: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Asked:
    """What a plain Rasa did: seconds of each answer, replies that were empty, failures."""

    latencies: list[float] = field(default_factory=list)
    empty: int = 0
    failed: int = 0
    seconds: float = 0.0


async def push(
    url: str,
    key: str,
    room: str,
    lines: Iterator[Line],
    rate: float,
    seconds: float,
    shown: Sequence[str],
) -> Pushed:
    """`rate` comments a second into a room for so long; late requests are made up for.

    The products `shown` (SKUs) are on air in turn.
    """
    pushed, serial = Pushed(), 0
    address, on_air = f"{url}/api/rooms/{room}/comments", f"{url}/api/rooms/{room}/on_air"
    headers = {"Authorization": f"Bearer {key}"}
    limit = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(headers=headers, timeout=limit) as session:
        began, turn = time.monotonic(), -1
        while (elapsed := time.monotonic() - began) < seconds:
            if int(elapsed / SHOWN_SECONDS) > turn and shown:
                turn = int(elapsed / SHOWN_SECONDS)
                async with session.post(on_air, json={"sku": shown[turn % len(shown)]}) as answer:
                    answer.raise_for_status()
            due = min(int((elapsed + WINDOW) * rate), int(seconds * rate))
            batch: list[dict[str, Any]] = []
            while serial < due and len(batch) < LARGEST:
                line = next(lines)
                row = {"id": f"c{serial}", "viewer": line.viewer, "text": line.text}
                pushed.asks[row["id"]] = line.asks
                batch.append({**row, "name": f"观众{line.viewer[1:]}"})
                serial += 1
            if batch:
                await _send(session, address, batch, pushed)
            ahead = serial / rate - (time.monotonic() - began)
            await asyncio.sleep(max(0.0, ahead))
        pushed.seconds = time.monotonic() - began
    return pushed


async def _send(
    session: aiohttp.ClientSession, address: str, batch: list[dict[str, Any]], pushed: Pushed
) -> None:
    async with session.post(address, json={"comments": batch}) as response:
        if response.status != 202:
            pushed.refused += len(batch)


async def ask_each(url: str, lines: Iterator[Line], seconds: float, at_once: int = 4) -> Asked:
    """Every comment to Rasa's REST channel, as fast as it answers, for so long."""
    asked = Asked()
    limit = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=limit) as session:
        began = time.monotonic()

        async def ask() -> None:
            while time.monotonic() - began < seconds:
                line = next(lines)
                sent = time.monotonic()
                body = {"sender": line.viewer, "message": line.text}
                try:
                    async with session.post(f"{url}/webhooks/rest/webhook", json=body) as response:
                        replies: Sequence[Any] = await response.json(content_type=None)
                except (aiohttp.ClientError, TimeoutError, ValueError):
                    asked.failed += 1
                    continue
                asked.latencies.append(time.monotonic() - sent)
                asked.empty += not replies

        await asyncio.gather(*(ask() for _ in range(at_once)))
        asked.seconds = time.monotonic() - began
    return asked
