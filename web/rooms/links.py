"""Which product a link number means, without asking the database for every comment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from shop import catalogue
from shop.database import Database

# The owner renumbers links during a show; this many seconds later everybody knows.
_REMEMBER_SECONDS = 5.0
_REMEMBERED = 1000


class Links:
    """Remembers what link numbers mean."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock = database, clock
        self._known: dict[int, tuple[float, str | None]] = {}

    async def of(self, parse: Mapping[str, Any]) -> dict[int, str | None]:
        """The SKU of each link number in a parse result; None where no product has it."""
        values = (
            entity.get("value")
            for entity in parse.get("entities") or ()
            if isinstance(entity, Mapping) and entity.get("entity") == "link_no"
        )
        return {number: await self._sku(number) for number in values if isinstance(number, int)}

    async def _sku(self, number: int) -> str | None:
        at, sku = self._known.get(number, (-_REMEMBER_SECONDS, None))
        if self._clock() - at < _REMEMBER_SECONDS and number in self._known:
            return sku
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        sku = await asyncio.to_thread(self._find, number)
        self._known[number] = (self._clock(), sku)
        return sku

    def _find(self, number: int) -> str | None:
        with self._database.read() as session:
            product = catalogue.by_link(session, number)
        return product.sku if product else None
