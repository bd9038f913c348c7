"""Pushing a recorded room through a running web over HTTP, and waiting for every outcome."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

from web.jobs.recording import Entry, OnAir, Said

BATCH = 200
# In real time, comments of this many seconds travel together, as a connector sends them.
_WINDOW = 0.25
_POLL_SECONDS = 0.5
_PAGE = 5000


class ReplayFailed(Exception):
    """The web cannot be reached or refuses; the message is one line that says what to do."""


@dataclass(slots=True)
class Run:
    """What was sent and what came of it; `rows` are outcome rows of the API."""

    sent: int = 0
    accepted: int = 0
    duplicates: int = 0
    unknown_skus: list[str] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    push_seconds: float = 0.0
    seconds: float = 0.0

    @property
    def without_outcome(self) -> int:
        """Comments sent that have none."""
        return len(self.expected - {row["comment"]["id"] for row in self.rows})

    @property
    def with_two(self) -> int:
        """Outcomes beyond one a comment."""
        return len(self.rows) - len({row["comment"]["id"] for row in self.rows})


class Replay:
    """One replay against `url`, with the ingest key; ids get `prefix`."""

    def __init__(self, url: str, key: str, room: str, *, speed: float, prefix: str) -> None:
        self._url, self._room = url.rstrip("/"), room
        self._headers = {"Authorization": f"Bearer {key}"}
        self._speed, self._prefix = speed, prefix

    async def run(self, entries: Sequence[Entry], patience: float) -> Run:
        """Push everything, wait until nothing has changed for `patience` seconds or all is decided.

        Raises ReplayFailed.
        """
        limit = aiohttp.ClientTimeout(total=120)
        async with aiohttp.ClientSession(headers=self._headers, timeout=limit) as session:
            self._session = session
            run = Run()
            # With ids of their own, the outcomes of this run are the newest; otherwise any may be.
            start = await self._last() if self._prefix else 0
            began = time.monotonic()
            await self._push(entries, run, began)
            run.push_seconds = time.monotonic() - began
            await self._wait(run, start, patience)
            run.seconds = time.monotonic() - began
        return run

    async def _push(self, entries: Sequence[Entry], run: Run, began: float) -> None:
        first = entries[0].ts
        for part in batches(entries, self._speed):
            if self._speed > 0:
                due = (part[0].ts - first).total_seconds() / self._speed
                await asyncio.sleep(max(0.0, began + due - time.monotonic()))
            if isinstance(part[0], OnAir):
                await self._put_on_air(part[0].sku, run)
            else:
                await self._say([one for one in part if isinstance(one, Said)], run)
            _progress(f"{run.sent} comments sent")
        _progress(f"{run.sent} comments sent\n")

    async def _say(self, comments: Sequence[Said], run: Run) -> None:
        rows = [self._row(comment) for comment in comments]
        counted = await self._call("POST", "comments", {"comments": rows})
        run.sent += len(rows)
        run.accepted += counted["accepted"]
        run.duplicates += counted["duplicates"]
        run.expected.update(row["id"] for row in rows)

    def _row(self, comment: Said) -> dict[str, Any]:
        return {
            "id": self._prefix + comment.id,
            "viewer": comment.viewer,
            "name": comment.name,
            "text": comment.text,
            "ts": comment.ts.isoformat(),
        }

    async def _put_on_air(self, sku: str, run: Run) -> None:
        try:
            await self._call("POST", "on_air", {"sku": sku})
        except UnknownSku:
            # A recording of one shop, replayed in another: its comments are still comments.
            run.unknown_skus.append(sku)
            await self._call("POST", "on_air", {"sku": None})

    async def _last(self) -> int:
        """The newest comment before this run, by number."""
        after, page = 0, [0]
        while page:
            found = await self._call("GET", f"outcomes?limit={_PAGE}&after={after}")
            page = [row["comment"]["pk"] for row in found["outcomes"]]
            after = page[-1] if page else after
        return after

    async def _wait(self, run: Run, start: int, patience: float) -> None:
        left, changed = -1, time.monotonic()
        while time.monotonic() - changed < patience:
            counts = (await self._call("GET", f"outcomes?limit=1&after={start}"))["counts"]
            if counts["pending"] != left:
                left, changed = counts["pending"], time.monotonic()
                _progress(f"{left} comments wait for their outcome")
            if not left:
                break
            await asyncio.sleep(_POLL_SECONDS)
        _progress("\n")
        await self._collect(run, start)

    async def _collect(self, run: Run, start: int) -> None:
        after: int | None = start
        while after is not None:
            found = await self._call("GET", f"outcomes?limit={_PAGE}&after={after}")
            run.rows += [r for r in found["outcomes"] if r["comment"]["id"] in run.expected]
            after = found["next"]

    async def _call(self, method: str, what: str, body: Any = None) -> dict[str, Any]:
        url = f"{self._url}/api/rooms/{quote(self._room, safe='')}/{what}"
        try:
            async with self._session.request(method, url, json=body) as response:
                answer = await response.json(content_type=None)
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise ReplayFailed(
                f"{self._url} does not answer ({type(error).__name__}): start it with `make run`"
            ) from error
        if status >= 400:
            raise _refusal(status, answer, self._room)
        found: dict[str, Any] = answer
        return found


class UnknownSku(ReplayFailed):
    """The shop has no such product."""


def batches(entries: Sequence[Entry], speed: float) -> Iterator[list[Entry]]:
    """Comments that travel together, in order; a change on air travels alone."""
    part: list[Entry] = []
    for entry in entries:
        late = speed > 0 and bool(part) and _apart(part[0], entry) > _WINDOW * speed
        if part and (isinstance(entry, OnAir) or late or len(part) == BATCH):
            yield part
            part = []
        if isinstance(entry, OnAir):
            yield [entry]
        else:
            part.append(entry)
    if part:
        yield part


def _apart(first: Entry, last: Entry) -> float:
    return (last.ts - first.ts).total_seconds()


def _refusal(status: int, answer: Any, room: str) -> ReplayFailed:
    error = answer.get("error", {}) if isinstance(answer, dict) else {}
    code = error.get("code", "")
    if code == "unknown_sku":
        return UnknownSku(error.get("message", ""))
    if code == "unknown_room":
        return ReplayFailed(f"no room {room!r}: make it with --create-room")
    return ReplayFailed(f"the web refused with {status} {code}: {error.get('message', '')}")


def _progress(text: str) -> None:
    if sys.stderr.isatty() or text.endswith("\n"):
        sys.stderr.write(f"\r\x1b[K{text}" if sys.stderr.isatty() else text)
        sys.stderr.flush()
