"""The contract of a kind of message: given the room and the clock, what would it say now?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from shop.proactive_settings import Setting
from shop.room_messages import Message
from shop.room_shows import Show
from web.rooms.publishing import Block


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A viewer who has just written for the first time in this show; `name` is fit to be shown."""

    viewer: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Scene:
    """The room as a kind sees it; everything else it reads from the shop, at the moment of saying.

    `said` is what was said in this show and the last two hours. With `forced` the owner wants it
    now: what is due does not matter, what is true still does. `script` is the one that is wanted.
    """

    room: str
    now: datetime
    show: Show | None
    said: Sequence[Message] = ()
    newcomers: tuple[Newcomer, ...] = ()
    life_at: datetime | None = None
    repeat_minutes: int = 0
    forced: bool = False
    script: int | None = None

    def said_of(self, kind: str, key: str | None = None) -> list[Message]:
        """What this kind (about this key) has said in the show that is on, oldest first."""
        on = self.show.pk if self.show else None
        return [
            m
            for m in self.said
            if m.kind == kind and m.show_pk == on and (key is None or m.key == key)
        ]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A message that could be said now; `key` is what it is about.

    `kept` is what the record says in its place (no viewer's name belongs there). Unless
    `repeats`, the same words are not said twice within the owner's window.
    """

    key: str
    blocks: Sequence[Block]
    kept: str = ""
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Something that was due and could not be said, for the owner: once for each `key`, `code`."""

    key: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing to say now, and why, in the owner's words."""

    reason: str
    held: tuple[Held, ...] = ()


class Kind(Protocol):
    """One kind of message."""

    name: str

    async def prepare(self, scene: Scene, setting: Setting) -> None:
        """Fetch what takes time; called before `propose`, and only when the limits allow one."""

    def propose(self, session: Session, scene: Scene, setting: Setting) -> Proposal | Silence:
        """What it would say. Called again within the transaction that records it."""

    def done(self, proposal: Proposal, scene: Scene) -> None:
        """It was said."""


class Plain:
    """A kind that prepares nothing and remembers nothing."""

    async def prepare(self, scene: Scene, setting: Setting) -> None:
        """Nothing to prepare."""

    def done(self, proposal: Proposal, scene: Scene) -> None:
        """Nothing to remember."""
