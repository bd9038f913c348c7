"""What the actions work with: the shop's database and the fitted models.

rasa-sdk makes actions without arguments, so the desk is found through `current()`. `web`
opens it at its start; `python -m rasa_sdk --actions actions` opens it at the first question.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from actions import models
from recsys.propensity import PropensityModel
from recsys.recommend import Recommender
from shop import settings as shop_settings
from shop.database import Database

# How often the pointers to the newest models are looked at, in seconds.
GLANCE = 2.0

T = TypeVar("T")


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Shared by every action of the process; a model is None in a shop that has none yet.

    A newer model is taken up within GLANCE seconds of its fit, by the thread that asks next;
    the others go on with the one they have.
    """

    def __init__(self, database: Database, var: Path, clock: Callable[[], datetime] = _now) -> None:
        self.database = database
        self.clock = clock
        self._recommender: Newest[Recommender] = Newest(
            models.pointer(var, models.RECOMMENDER),
            lambda: models.load_recommender(var, database),
        )
        self._propensity: Newest[PropensityModel] = Newest(
            models.pointer(var, models.PROPENSITY), lambda: models.load_propensity(var)
        )

    @property
    def recommender(self) -> Recommender | None:
        """The newest recommender."""
        return self._recommender.get()

    @property
    def propensity(self) -> PropensityModel | None:
        """The newest propensity model."""
        return self._propensity.get()


class Newest(Generic[T]):
    """A model that follows its pointer file."""

    def __init__(self, pointer: Path, load: Callable[[], T | None]) -> None:
        self._pointer = pointer
        self._load = load
        self._value: T | None = None
        self._seen: int | None = None
        self._next_glance = 0.0
        self._loading = threading.Lock()

    def get(self) -> T | None:
        """The model; loaded here when the pointer has moved and nobody else is at it."""
        if time.monotonic() >= self._next_glance and self._loading.acquire(blocking=False):
            try:
                self._glance()
            finally:
                self._loading.release()
        return self._value

    def _glance(self) -> None:
        stamp = self._pointer.stat().st_mtime_ns if self._pointer.exists() else None
        if stamp is not None and stamp != self._seen:
            self._value = self._load()
            self._seen = stamp
        self._next_glance = time.monotonic() + GLANCE


_current: Desk | None = None
_opening = threading.Lock()


def configure(desk: Desk | None) -> None:
    """Use this desk from now on; None forgets it."""
    global _current
    _current = desk


def configured() -> Desk | None:
    """The desk of this process, if there is one already."""
    return _current


def current() -> Desk:
    """The desk, opened from the settings at the first call."""
    global _current
    with _opening:
        if _current is None:
            _current = open_desk(shop_settings.load())
        return _current


def open_desk(settings: shop_settings.Settings, database: Database | None = None) -> Desk:
    """A desk on this installation's database and models, the models loaded."""
    desk = Desk(database or Database(settings.database_url), settings.var)
    _ = desk.recommender, desk.propensity
    return desk
