"""A room with a clock that the test moves, and an announcer that speaks when it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shop import catalogue, proactive_settings, room_messages, room_scripts, rooms
from shop.catalogue import Product
from shop.database import Database
from shop.proactive_settings import Draft
from shop.room_messages import Message
from shop.room_scripts import Script, ScriptDraft
from shop.rooms import Comment
from web.gateway import Gateway
from web.rooms.audience import Audience
from web.rooms.board import Board
from web.rooms.proactive.announcer import Announcer

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@dataclass
class Stage:
    """`now` is the room's time; `shown` what the overlay got since it was last asked."""

    database: Database
    gateway: Gateway
    now: datetime = START
    on_air: str | None = None
    commented: int = 0
    announcer: Announcer = field(init=False)

    def __post_init__(self) -> None:
        self.overlay, self.host = Audience(), Audience()
        self.board = Board(self.overlay, 1000.0, lambda: self.on_air)
        self.restart()

    def restart(self) -> None:
        """Another process takes the room over."""
        self.announcer = self.another()

    def another(self) -> Announcer:
        """One more announcer of the same room."""
        return Announcer(
            "demo", self.database, self.gateway, self.board, self.host,
            lambda: self.on_air, lambda: self.now,
        )  # fmt: skip

    def later(self, **passed: float) -> None:
        """Time passes."""
        self.now += timedelta(**passed)

    def turn_on(self, kind: str, text: str | None = None, **numbers: int) -> None:
        """As the owner does on the page; without a text, the one that is there."""
        with self.database.begin() as session:
            setting = proactive_settings.read(session, "demo")[kind]
            words = setting.text if text is None else text
            draft = Draft(True, words, {**setting.numbers, **numbers})
            proactive_settings.edit(session, "demo", kind, draft, setting.version)
        self.announcer.reread()

    def turn_off(self, kind: str) -> None:
        """The switch the other way."""
        with self.database.begin() as session:
            setting = proactive_settings.read(session, "demo")[kind]
            draft = Draft(False, setting.text, setting.numbers)
            proactive_settings.edit(session, "demo", kind, draft, setting.version)
        self.announcer.reread()

    def script(self, text: str, **when: Any) -> Script:
        """A timed script of the room."""
        with self.database.begin() as session:
            made = room_scripts.create(session, "demo", ScriptDraft(text, **when))
        self.announcer.reread()
        return made

    def put_on_air(self, sku: str | None) -> None:
        """The host turns to a product."""
        with self.database.begin() as session:
            rooms.put_on_air(session, "demo", sku, self.now)
        self.on_air = sku

    def product(self, sku: str = "A1", **known: Any) -> Product:
        """A product as the catalogue has it from now on."""
        with self.database.begin() as session:
            product = replace(catalogue.get(session, sku), **known)
            catalogue.upsert(session, product)
        return product

    def write(self, *names: str) -> None:
        """Viewers of these names write something."""
        self.commented += 1
        comments = [
            Comment(
                0, "demo", f"{name}{self.commented}", f"v-{name}", name, "在", self.now, self.now
            )
            for name in names
        ]
        self.announcer.heard(comments)

    async def tick(self) -> str | None:
        """What is said at this moment; None: nothing."""
        with self.overlay.listening() as listener:
            said = await self.announcer.tick()
            shown = [] if listener._queue.empty() else [listener._queue.get_nowait()]
        assert len(shown) == (said is not None)
        if not shown:
            return None
        assert shown[0] is not None
        assert shown[0]["type"] == "say"
        return "\n".join(str(b.get("text") or b.get("title")) for b in shown[0]["blocks"])

    def log(self) -> list[Message]:
        """Everything said and held, newest first."""
        with self.database.read() as session:
            return room_messages.newest(session, "demo", 100)
