"""Behaviour events; viewers are hashed on the way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from sqlalchemy.orm import Session

from shop import events
from shop.events import Event
from shop.importing import cells
from shop.importing.kind import Column, Key, Kind, Values
from shop.names import EVENTS
from shop.viewers import pseudonym


class Events(Kind[Event]):
    """An event_id names one event, however often it is delivered."""

    columns: ClassVar[Mapping[str, Column]] = {
        "event_id": Column(cells.key, required=True),
        "ts": Column(cells.moment, required=True),
        "viewer": Column(cells.key, required=True),
        "event": Column(cells.choice({name: name for name in EVENTS}), required=True),
        "sku": Column(cells.key),
        "value": Column(cells.number),
        "room": Column(cells.key),
    }

    def key(self, values: Values) -> Key:
        """The event_id."""
        return (values["event_id"],)

    def load(self, session: Session, keys: Sequence[Key]) -> dict[Key, Event]:
        """By event_id."""
        return {(one,): event for one, event in events.many(session, (k[0] for k in keys)).items()}

    def merge(self, before: Event | None, values: Values) -> Event:
        """A row corrects what an earlier import said."""
        audience = self.audience
        viewer = pseudonym(audience.viewer_key, audience.channel, values["viewer"])
        known = {**values, "viewer": viewer}
        return replace(before, **known) if before else Event(**known)

    def save(self, session: Session, records: Mapping[Key, Event]) -> None:
        """Store them."""
        events.upsert_many(session, list(records.values()))
