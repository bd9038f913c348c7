"""Impressions on their way to the database: noted in the answer's thread, written in another.

A write costs a flush of the disk, which no answer should wait for. What is still on its way when
the process is killed is lost: half a second of statistics, nothing that a viewer was promised.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterable

from shop import impressions
from shop.database import Database
from shop.impressions import Impression

logger = logging.getLogger(__name__)
EVERY_SECONDS = 0.5
# Beyond it the newest are dropped: a database that is away must not fill the memory.
MOST_WAITING = 20_000


class ImpressionLog:
    """Takes what was shown from any thread; one thread of its own writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.Queue[Impression] = queue.Queue(MOST_WAITING)
        self._stop = threading.Event()
        self._writer: threading.Thread | None = None
        self._starting = threading.Lock()
        self._writing = threading.Lock()

    def note(self, shown: Iterable[Impression]) -> None:
        """Keep these, soon."""
        for one in shown:
            try:
                self._waiting.put_nowait(one)
            except queue.Full:
                logger.warning("impressions wait for the database; the newest are not kept")
                return
        with self._starting:
            if self._writer is None and not self._stop.is_set():
                self._writer = threading.Thread(target=self._run, name="impressions", daemon=True)
                self._writer.start()

    def flush(self) -> None:
        """Write what waits now. Raises what the database raises; it then waits on."""
        with self._writing:
            batch: list[Impression] = []
            while not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            if not batch:
                return
            try:
                with self._database.begin() as session:
                    impressions.record(session, batch)
            except BaseException:
                for one in batch:
                    if not self._waiting.full():
                        self._waiting.put_nowait(one)
                raise

    def close(self) -> None:
        """Write what waits, and no more afterwards."""
        self._stop.set()
        with self._starting:
            writer = self._writer
        if writer is not None:
            writer.join()
        self._attempt()

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self._attempt()

    def _attempt(self) -> None:
        try:
            self.flush()
        except Exception:
            logger.exception("impressions could not be written; they wait")
