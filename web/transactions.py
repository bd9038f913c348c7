"""One transaction of the shop's database, in a thread: what a view does between body and answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from web.keys import DATABASE

T = TypeVar("T")


async def reading(app: web.Application, work: Callable[[Session], T]) -> T:
    """What `work` reads in a session that sees one state and may not write."""

    def run() -> T:
        with app[DATABASE].read() as session:
            return work(session)

    return await asyncio.to_thread(run)


async def writing(app: web.Application, work: Callable[[Session], T]) -> T:
    """What `work` gives; committed when this returns, rolled back when it raises."""

    def run() -> T:
        with app[DATABASE].begin() as session:
            return work(session)

    return await asyncio.to_thread(run)
