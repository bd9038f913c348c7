"""A model that follows its pointer file: the one in hand serves while the next one is loaded."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from actions import models

logger = logging.getLogger(__name__)
# How often the pointers to the newest models are looked at, in seconds.
GLANCE = 2.0
# At most one part in so many of the time goes into taking up what is new.
REST = 20.0

T = TypeVar("T")


class Newest(Generic[T]):
    """The newest model that could be loaded, and the version that its pointer names.

    `follow`, if given, brings a model up to date with what changes between two fits; it is called
    with the model whenever `changed` gives another value than before.
    """

    def __init__(
        self,
        pointer: Path,
        load: Callable[[], T | None],
        changed: Callable[[], object] | None = None,
        follow: Callable[[T], None] | None = None,
    ) -> None:
        self._pointer, self._load = pointer, load
        self._changed, self._follow = changed, follow
        self._value: T | None = None
        self._version = ""
        self._seen: int | None = None
        self._state: object = None
        self._next_glance = 0.0
        self._looking = threading.Lock()

    @property
    def version(self) -> str:
        """The folder that the model in hand came from; "" before there is any."""
        return self._version

    def get(self) -> T | None:
        """The model in hand. The first is waited for; a newer one is loaded beside the answers."""
        if time.monotonic() >= self._next_glance and self._looking.acquire(blocking=False):
            if self._value is None:
                self._look()
            else:
                threading.Thread(target=self._look, name="newest-model", daemon=True).start()
        return self._value

    def _look(self) -> None:
        """Called by the holder of the lock; lets it go."""
        began = time.monotonic()
        try:
            self._take_up_newer()
            self._keep_up()
        except Exception:
            # The model in hand is better than none, and the next glance tries again.
            logger.exception("%s: the newest could not be taken up", self._pointer.name)
        finally:
            now = time.monotonic()
            # A large shop whose stock changes all the time must not be read all the time.
            self._next_glance = now + max(GLANCE, (now - began) * REST)
            self._looking.release()

    def _take_up_newer(self) -> None:
        stamp = self._pointer.stat().st_mtime_ns if self._pointer.exists() else None
        if stamp is None or stamp == self._seen:
            return
        version = str(models.recorded(self._pointer).get("folder", ""))
        # Before loading: what changes meanwhile is followed once too often rather than missed.
        self._state = self._changed() if self._changed else None
        loaded = self._load()
        self._seen = stamp
        if loaded is not None:
            self._value, self._version = loaded, version

    def _keep_up(self) -> None:
        if self._changed is None or self._follow is None or self._value is None:
            return
        state = self._changed()
        if state != self._state:
            self._follow(self._value)
            self._state = state
