"""The connectors that this web keeps running itself, as the settings name them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from aiohttp import web

from shop.settings import Settings
from web.keys import CONFIG
from web.rooms.connectors.bilibili.client import Access, OpenLive
from web.rooms.connectors.delivery import Delivery
from web.rooms.connectors.said import Said, incoming
from web.rooms.taking import take

logger = logging.getLogger(__name__)


async def connectors_context(app: web.Application) -> AsyncIterator[None]:
    """Listen on Bilibili, where its settings are given, from start-up to the end."""
    settings, key = app[CONFIG].settings, app[CONFIG].secrets.viewer_key
    access = bilibili_access(settings)
    if access is None:
        yield
        return

    async def deliver(room: str, comments: Sequence[Said]) -> None:
        now = datetime.now(UTC)
        await take(app, room, [incoming(said, key, now) for said in comments])

    delivery = Delivery(settings.bilibili_room, deliver)
    works = (delivery.run(), OpenLive(access, delivery).run())
    tasks = [asyncio.create_task(work) for work in works]
    yield
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            logger.error("a connector had ended", exc_info=ended)


def bilibili_access(settings: Settings) -> Access | None:
    """What the settings say of Bilibili; None unless key, application and host's code are given."""
    given = (settings.bilibili_key_id, settings.bilibili_key_secret, settings.bilibili_code)
    if not all(given) or not settings.bilibili_app_id:
        return None
    key_id, secret, code = given
    return Access(key_id, secret, settings.bilibili_app_id, code, settings.bilibili_url)
