"""The portrait of a viewer: all that serving knows of one, kept up event by event."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recsys.names import PURCHASES, Event
from recsys.profiles.interest import HALF_LIFE_S, touch_weight
from recsys.profiles.items import BANDS, NO_BAND, ItemProfiles

# A pause after which an event begins another visit.
VISIT_GAP_S: Final = 30 * 60
# Categories and brands that are kept, the strongest; what follows is noise and would grow forever.
KEPT: Final = 16
# Events told apart by their ids. The shop's own table keeps ids for good; this is for one that
# comes twice in a row from a connector that tries again.
REMEMBERED: Final = 32
_STYLE: Final = np.dtype("<f2")
NEVER: Final = -math.inf


class Act(NamedTuple):
    """One event of a viewer. ts: epoch seconds; value: seconds of a dwell; id: "" for none."""

    event: str
    ts: float
    sku: str = ""
    value: float | None = None
    id: str = ""


class Held(NamedTuple):
    """What a viewer did with one item at the till; fen: what they paid less what they got back."""

    orders: int = 0
    pays: int = 0
    refunds: int = 0
    fen: int = 0

    @property
    def bought(self) -> int:
        """Purchases, an order and its payment being one, less refunds."""
        return max(self.orders, self.pays) - self.refunds


@dataclass(frozen=True, slots=True)
class Portrait:
    """One viewer as of their last event; equal portraits came of equal events. Immutable.

    as_of: epoch seconds to which all decayed sums stand: the newest event.
    first, last, last_purchase: epoch seconds; NEVER without one.
    events, visits: how many; a visit begins after a pause of half an hour.
    categories, brands: decayed interest in views, the strongest KEPT of each.
    bands: decayed interest in each fifth of price within its category.
    style: mean of the vectors of touched items, decayed, as bytes of float16 [d]; empty without
        any. style_mass: the weight behind it, in views.
    power, power_mass: mean price place (0..1 within the category), and the weight behind it.
    held: by SKU, purchases and refunds.
    """

    as_of: float = NEVER
    first: float = NEVER
    last: float = NEVER
    last_purchase: float = NEVER
    events: int = 0
    visits: int = 0
    categories: Mapping[str, float] = field(default_factory=dict)
    brands: Mapping[str, float] = field(default_factory=dict)
    bands: tuple[float, ...] = (0.0,) * len(BANDS)
    style: bytes = b""
    style_mass: float = 0.0
    power: float = 0.0
    power_mass: float = 0.0
    held: Mapping[str, Held] = field(default_factory=dict)
    recent_ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, acts: Iterable[Act], items: ItemProfiles, now: float = math.inf) -> Portrait:
        """From events in the order in which they came."""
        portrait = cls()
        for act in acts:
            portrait = portrait.after(act, items, now)
        return portrait

    def after(self, act: Act, items: ItemProfiles, now: float = math.inf) -> Portrait:
        """The portrait after one more event, which may arrive late.

        Unchanged by an event without a sound time or after `now`, or with one of the last
        REMEMBERED ids. One on an item that the shop does not know counts as activity alone.
        A refund takes a purchase and its money back; interest stays, as what does not fit is
        looked for again.
        """
        number = _number(act.id)
        if not math.isfinite(act.ts) or act.ts > now or number in self.recent_ids:
            return self
        known = self._active(act.ts, number)
        row = items.rows.get(act.sku)
        if row is None:
            return known
        known = known._interested(act, row, items)
        return known._bought(act, int(items.price_fen[row]))

    @property
    def purchases(self) -> int:
        """Frequency: purchases that were not returned."""
        return sum(held.bought for held in self.held.values())

    @property
    def spent_fen(self) -> int:
        """Monetary: their price at the time they were made."""
        return sum(held.fen for held in self.held.values())

    @property
    def style_vector(self) -> NDArray[np.float32]:
        """float32 [d]: the mean of touched items' vectors; empty without any."""
        return np.frombuffer(self.style, dtype=_STYLE).astype(np.float32)

    def _active(self, ts: float, number: int) -> Portrait:
        visit = ts - self.last > VISIT_GAP_S
        ids = self.recent_ids if not number else (*self.recent_ids, number)[-REMEMBERED:]
        return replace(
            self._decayed(ts),
            first=ts if self.first == NEVER else min(self.first, ts),
            last=max(self.last, ts),
            events=self.events + 1,
            visits=self.visits + int(visit),
            recent_ids=ids,
        )

    def _decayed(self, ts: float) -> Portrait:
        """All sums as of the later of `ts` and the newest event; means do not change."""
        if ts <= self.as_of:
            return self
        kept = 0.5 ** ((ts - self.as_of) / HALF_LIFE_S) if self.events else 1.0
        return replace(
            self,
            as_of=ts,
            categories={name: sum_ * kept for name, sum_ in self.categories.items()},
            brands={name: sum_ * kept for name, sum_ in self.brands.items()},
            bands=tuple(sum_ * kept for sum_ in self.bands),
            style_mass=self.style_mass * kept,
            power_mass=self.power_mass * kept,
        )

    def _interested(self, act: Act, row: int, items: ItemProfiles) -> Portrait:
        weight = touch_weight(act.event, act.value)
        weight *= 0.5 ** ((self.as_of - act.ts) / HALF_LIFE_S)
        if weight <= 0:
            return self
        band, place = int(items.band[row]), float(items.place[row])
        priced = weight if band != NO_BAND else 0.0
        power_mass = self.power_mass + priced
        step = priced / power_mass if power_mass else 0.0
        style, style_mass = self._style_with(items.vectors[row], weight)
        return replace(
            self,
            categories=_with(self.categories, items.categories[row], weight),
            brands=_with(self.brands, items.brands[row], weight),
            bands=tuple(s + priced * (b == band) for b, s in enumerate(self.bands)),
            style=style,
            style_mass=style_mass,
            power=self.power + step * (place - self.power) if priced else self.power,
            power_mass=power_mass,
        )

    def _style_with(self, vector: NDArray[np.float32], weight: float) -> tuple[bytes, float]:
        """Of a mean, float16 keeps three digits whatever its weight; a sum would run over.

        A viewer's vector is 768 bytes this way, not 1,536. An item without a vector, or of
        another encoder's size after a new start, tells nothing.
        """
        old = np.frombuffer(self.style, dtype=_STYLE).astype(np.float32)
        if not vector.any() or len(old) not in (0, len(vector)):
            return self.style, self.style_mass
        mass = self.style_mass + weight
        mean = vector if not len(old) else old + np.float32(weight / mass) * (vector - old)
        return mean.astype(_STYLE).tobytes(), mass

    def _bought(self, act: Act, price_fen: int) -> Portrait:
        if act.event not in PURCHASES and act.event != Event.REFUND:
            return self
        before = self.held.get(act.sku, Held())
        if act.event == Event.REFUND:
            return self if before.bought <= 0 else self._returned(act.sku, before)
        after = before._replace(
            orders=before.orders + (act.event == Event.ORDER),
            pays=before.pays + (act.event == Event.PAY),
        )
        if after.bought > before.bought:
            after = after._replace(fen=after.fen + max(price_fen, 0))
        held = {**self.held, act.sku: after}
        return replace(self, held=held, last_purchase=max(self.last_purchase, act.ts))

    def _returned(self, sku: str, before: Held) -> Portrait:
        share = before.fen // before.bought
        after = before._replace(refunds=before.refunds + 1, fen=before.fen - share)
        return replace(self, held={**self.held, sku: after})


def _with(sums: Mapping[str, float], name: str, weight: float) -> Mapping[str, float]:
    """One more weight under a name; of more than KEPT names the weakest is forgotten."""
    if not name:
        return sums
    more = {**sums, name: sums.get(name, 0.0) + weight}
    if len(more) > KEPT:
        del more[min(more, key=lambda one: (more[one], one))]
    return more


def _number(event_id: str) -> int:
    """Eight bytes of an id, 0 for none: ids of connectors are 36 characters long."""
    if not event_id:
        return 0
    return int.from_bytes(blake2b(event_id.encode("utf-8", "replace"), digest_size=8).digest())
