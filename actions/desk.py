"""What the actions work with: the shop's database and the fitted models.

rasa-sdk makes actions without arguments, so the desk is found through `current()`. `web`
opens it at its start; `python -m rasa_sdk --actions actions` opens it at the first question.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from actions import models
from actions.newest import Newest
from actions.suggesting.log import ImpressionLog
from actions.suggesting.policy import Policies
from actions.suggesting.room import RoomHeat
from recsys.mining import CrossSell
from recsys.propensity import PropensityModel
from recsys.recommend import Recommender
from shop import catalogue
from shop import settings as shop_settings
from shop.database import Database


def _now() -> datetime:
    return datetime.now(UTC)


class Desk:
    """Shared by every action of the process; a model is None in a shop that has none yet.

    A newer model is taken up within a few seconds of its fit, and the recommender follows stock and
    prices between two fits; neither holds up an answer.
    """

    def __init__(self, database: Database, var: Path, clock: Callable[[], datetime] = _now) -> None:
        self.database = database
        self.clock = clock
        self.policies = Policies()
        self.heat = RoomHeat()
        self.impressions = ImpressionLog(database)
        self._recommender: Newest[Recommender] = Newest(
            models.pointer(var, models.RECOMMENDER),
            lambda: models.load_recommender(var, database),
            changed=self._shelf_revision,
            follow=lambda recommender: models.follow_shelf(recommender, database),
        )
        self._propensity: Newest[PropensityModel] = Newest(
            models.pointer(var, models.PROPENSITY), lambda: models.load_propensity(var)
        )
        self._cross_sell: Newest[CrossSell] = Newest(
            models.pointer(var, models.CROSS_SELL), lambda: models.load_cross_sell(var)
        )

    @property
    def recommender(self) -> Recommender | None:
        """The newest recommender."""
        return self._recommender.get()

    @property
    def recommender_version(self) -> str:
        """Which one that is."""
        return self._recommender.version

    @property
    def propensity(self) -> PropensityModel | None:
        """The newest propensity model."""
        return self._propensity.get()

    @property
    def cross_sell(self) -> CrossSell:
        """What is bought together; empty in a shop with too few orders."""
        return self._cross_sell.get() or _NOTHING_TOGETHER

    def close(self) -> None:
        """Write what is on its way to the database."""
        self.impressions.close()

    def _shelf_revision(self) -> int:
        with self.database.read() as session:
            return catalogue.revision(session)


_NOTHING_TOGETHER = CrossSell()
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
    _ = desk.recommender, desk.propensity, desk.cross_sell
    return desk
