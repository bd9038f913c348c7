"""Private offers: who has the chat open and stays is shown something, once a step of the ladder.

Off until the owner turns it on. An offer goes to that viewer's own pages alone and is marked
private, so that no room ever shows it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from actions.blocks import Block, text
from actions.suggesting.cards import cards
from actions.suggesting.occasion import Occasion
from actions.suggesting.policy import steps_of
from actions.suggesting.suggest import Suggester
from recsys.ranking import Step, step_at
from shop import impressions, recommend_setting
from web.channels.widget.connections import CONNECTIONS, Connections
from web.keys import DESK

logger = logging.getLogger(__name__)
# How often it is looked at who has reached a step, in seconds; and how many are served then.
EVERY = 5.0
AT_ONCE = 20
WORDS = "看您逛了一会儿，这几款也许合您的意，只发给您～"


@dataclass(frozen=True, slots=True)
class Due:
    """One viewer who has reached a step, and how long they have stayed, in seconds."""

    viewer: str
    step: Step
    stayed_s: float


class Offers:
    """Looks who is due, and pushes; for one event loop."""

    def __init__(self, app: web.Application, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        # The last step that a connected viewer was offered something at.
        self._reached: dict[str, int] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except Exception:
                logger.exception("offers could not be made; looked again later")

    async def look(self) -> int:
        """Serve who is due now; gives how many offers reached a page."""
        connections = self._app[CONNECTIONS]
        here = connections.since()
        self._reached = {v: step for v, step in self._reached.items() if v in here}
        if not here:
            return 0
        steps = await asyncio.to_thread(self._steps)
        due = [one for one in _due(here, self._clock(), steps) if self._is_new(one)][:AT_ONCE]
        return sum([await self._offer(connections, one) for one in due])

    def _is_new(self, due: Due) -> bool:
        return self._reached.get(due.viewer, 0) < due.step.from_s

    async def _offer(self, connections: Connections, due: Due) -> int:
        # Noted first: one that fails is not tried again every few seconds.
        self._reached[due.viewer] = due.step.from_s
        blocks, shown = await asyncio.to_thread(self._made, due)
        if not blocks or not await connections.push(due.viewer, blocks):
            return 0
        self._app[DESK].impressions.note(shown)
        return 1

    def _steps(self) -> tuple[Step, ...]:
        """The ladder, or () where the owner wants no offers."""
        with self._app[DESK].database.read() as session:
            setting = recommend_setting.read(session)
        return steps_of(setting) if setting.offers else ()

    def _made(self, due: Due) -> tuple[list[Block], tuple[impressions.Impression, ...]]:
        desk = self._app[DESK]
        recommender = desk.recommender
        if recommender is None:
            return [], ()
        occasion = Occasion(due.viewer, desk.clock(), impressions.OFFER, stayed_s=due.stayed_s)
        with desk.database.read() as session:
            found = Suggester(desk, session, occasion, recommender).suggest()
        if not found.items:
            return [], ()
        blocks = [text(WORDS, private=True), *(c | {"private": True} for c in cards(found))]
        return blocks, found.impressions(occasion)


def _due(here: dict[str, float], now: float, steps: tuple[Step, ...]) -> list[Due]:
    """Who has reached a step beyond the first, the longest here first."""
    if not steps:
        return []
    stays = sorted(((now - at, viewer) for viewer, at in here.items()), reverse=True)
    found = (Due(viewer, step_at(steps, stay), stay) for stay, viewer in stays)
    return [one for one in found if one.step.from_s > 0]


OFFERS = web.AppKey("offers", Offers)
