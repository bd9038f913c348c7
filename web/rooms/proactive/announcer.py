"""The announcer of a room: asks each kind what it would say, and says it where the limits allow.

Viewers' answers go first: a message takes a turn on the board only when no answer waits, and its
turn counts towards the room's rate. It is recorded before it is shown, in the transaction that
reads its facts once more, so that it is true when it is said, and not said again after a crash.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from shop import proactive_settings, room_messages, room_scripts, room_shows
from shop.database import Database
from shop.proactive_settings import LIMITS, WELCOME, Setting
from shop.room_messages import HELD, SAID, Message, NewMessage
from shop.room_shows import Show
from shop.rooms import Comment
from web.gateway import Gateway
from web.rooms.audience import Audience
from web.rooms.board import Board
from web.rooms.proactive import limits
from web.rooms.proactive.contract import Held, Kind, Proposal, Scene, Silence
from web.rooms.proactive.digest import Digest
from web.rooms.proactive.low_stock import LowStock
from web.rooms.proactive.rows import message_row
from web.rooms.proactive.sayable import sayable
from web.rooms.proactive.scripts import Scripts, why_not
from web.rooms.proactive.show_clock import ShowClock
from web.rooms.proactive.switch_card import SwitchCard
from web.rooms.proactive.welcome import SEEN, Newcomers, Welcome

logger = logging.getLogger(__name__)
TICK_SECONDS = 1.0
# The web tells at once; another process (the command line) is noticed after so many ticks.
_REREAD_TICKS = 5
# As far back as the limits look, beyond the show that is on.
_BACK = timedelta(hours=4)
_HELD_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """What a kind would say, and why it does not say it now ("": it would)."""

    kind: str
    said: Proposal | None
    why: str


def _utc() -> datetime:
    return datetime.now(UTC)


class Announcer:
    """Speaks for one room, off until the owner turns something on."""

    def __init__(
        self,
        room: str,
        database: Database,
        gateway: Gateway,
        board: Board,
        host: Audience,
        on_air: Callable[[], str | None],
        clock: Callable[[], datetime] = _utc,
    ) -> None:
        self._room, self._database, self._board, self._host = room, database, board, host
        self._clock = clock
        self._newcomers = Newcomers()
        self._shows = ShowClock(room, database, on_air)
        # In the order in which they are asked: what the host has just done comes first.
        self.kinds: dict[str, Kind] = {
            kind.name: kind
            for kind in (
                SwitchCard(),
                LowStock(),
                Welcome(self._newcomers),
                Scripts(),
                Digest(database, gateway, on_air),
            )
        }
        self._settings = {name: proactive_settings.usual(name) for name in proactive_settings.KINDS}
        self._stale, self._ticks, self._revision = True, 0, -1
        self._noted: dict[tuple[str, str, str, int], None] = {}
        # Preview, button and clock take turns: two of them must not propose at the same time.
        self._turn = asyncio.Lock()

    @property
    def speaking(self) -> bool:
        """Whether anything is turned on."""
        settings = self._settings
        return settings[LIMITS].on and any(settings[name].on for name in self.kinds)

    async def turned_on(self) -> list[str]:
        """The kinds that the owner has turned on, in the order in which they are asked."""
        async with self._turn:
            await self._keep_up()
            return [name for name in self.kinds if self._settings[name].on]

    def heard(self, comments: Sequence[Comment]) -> None:
        """Comments that may be answered have come in; costs next to nothing while off."""
        if comments:
            self._shows.alive(comments[-1].received_at)
            self._renew()
            self._newcomers.heard(comments)

    def reread(self) -> None:
        """The owner has changed something: read it at the next tick."""
        self._stale = True

    async def run(self) -> None:
        """Speak until cancelled."""
        while True:
            try:
                await self.tick()
            except Exception:
                # A locked database, a full disk: nothing was said, and the next tick tries again.
                logger.exception("room=%s nothing could be said", self._room)
            await asyncio.sleep(TICK_SECONDS)

    async def tick(self) -> Message | None:
        """Say at most one message, if one is due."""
        async with self._turn:
            await self._keep_up()
            if not self.speaking:
                return None
            scene = await self._scene()
            for kind in self.kinds.values():
                if limits.why_not(self._settings[kind.name], self._settings[LIMITS], scene):
                    continue
                found = await self._ask(kind, scene, self._settings[kind.name])
                if isinstance(found, Silence):
                    await self._note(kind.name, found.held)
                elif not self._board.turn():
                    return None  # answers wait: they go first
                elif isinstance(said := await self._say(kind, scene), Message):
                    return said
        return None

    async def say_now(self, name: str, script: int | None = None) -> Message | str:
        """The owner's button: what is true, whether it is due or not; else why nothing was said."""
        async with self._turn:
            await self._keep_up()
            scene = replace(await self._scene(), forced=True, script=script)
            found = await self._ask(self.kinds[name], scene, self._settings[name])
            if isinstance(found, Silence):
                return found.reason
            if not self._board.turn():
                return "正在回答观众的提问，请过一会儿再点"
            said = await self._say(self.kinds[name], scene)
            return said.reason if isinstance(said, Silence) else said

    async def preview(
        self, name: str, text: str | None = None, script: int | None = None
    ) -> Preview:
        """What a kind (with another text, or one script) would say, with the facts of now."""
        async with self._turn:
            await self._keep_up()
            kind, setting, scene = self.kinds[name], self._settings[name], await self._scene()
            asked = setting if text is None else replace(setting, text=text)
            found = await self._ask(kind, replace(scene, forced=True, script=script), asked)
            said = found if isinstance(found, Proposal) else None
            why = limits.why_not(setting, self._settings[LIMITS], scene)
            if isinstance(found, Silence):
                why = found.reason
            elif why is None:
                why = await asyncio.to_thread(self._why_not_due, kind, scene, asked, script)
            return Preview(name, said, why or "")

    async def begin_show(self) -> None:
        """The owner says that the show begins now."""
        async with self._turn:
            await self._shows.begin(self._clock())

    @property
    def show(self) -> Show | None:
        """The show that is on."""
        return self._shows.show

    def _why_not_due(
        self, kind: Kind, scene: Scene, setting: Setting, script: int | None
    ) -> str | None:
        if script is not None:
            with self._database.read() as session:
                return why_not(room_scripts.get(session, self._room, script), scene)
        now = self._propose(kind, scene, setting)
        return now.reason if isinstance(now, Silence) else None

    async def _keep_up(self) -> None:
        """Settings and show as they are now."""
        await self._reread()
        await self._shows.keep(self._clock())
        self._renew()

    def _renew(self) -> None:
        if self._shows.renewed():
            self._newcomers.new_show()

    async def _reread(self) -> None:
        self._ticks += 1
        if not self._stale and self._ticks % _REREAD_TICKS:
            return
        self._stale = False
        try:
            settings = await asyncio.to_thread(self._read_settings)
        except Exception:
            self._stale = True
            raise
        if settings is not None:
            self._settings = settings
        await self._listen()

    def _read_settings(self) -> dict[str, Setting] | None:
        with self._database.read() as session:
            revision = proactive_settings.revision(session)
            if revision == self._revision:
                return None
            self._revision = revision
            return proactive_settings.read(session, self._room)

    async def _listen(self) -> None:
        wanted = self.speaking and self._settings[WELCOME].on
        if wanted and not self._newcomers.listening:
            present = await asyncio.to_thread(self._present)
            self._newcomers.listen(present)
        elif not wanted and self._newcomers.listening:
            self._newcomers.rest()

    def _present(self) -> list[str]:
        with self._database.read() as session:
            show = room_shows.current(session, self._room, self._clock())
            if show is None:
                return []
            return room_shows.viewers_since(session, self._room, show.started_at, SEEN)

    async def _scene(self) -> Scene:
        now, show = self._clock(), self._shows.show
        said = await asyncio.to_thread(self._said, now)
        return Scene(
            self._room, now, show, said, self._newcomers.waiting(now), self._shows.life_at,
            self._settings[LIMITS]["repeat_minutes"],
        )  # fmt: skip

    def _said(self, now: datetime) -> list[Message]:
        with self._database.read() as session:
            return self._said_in(session, now)

    def _said_in(self, session: Session, now: datetime) -> list[Message]:
        since, show = now - _BACK, self._shows.show
        since = min(since, show.started_at) if show else since
        return room_messages.said_since(session, self._room, since)

    async def _ask(self, kind: Kind, scene: Scene, setting: Setting) -> Proposal | Silence:
        await kind.prepare(scene, setting)
        return await asyncio.to_thread(self._propose, kind, scene, setting)

    def _propose(self, kind: Kind, scene: Scene, setting: Setting) -> Proposal | Silence:
        with self._database.read() as session:
            return self._checked(session, kind, scene, setting)

    def _checked(
        self, session: Session, kind: Kind, scene: Scene, setting: Setting
    ) -> Proposal | Silence:
        """What the kind proposes, in the words that the advertising law leaves."""
        found = kind.propose(session, scene, setting)
        return found if isinstance(found, Silence) else sayable(found, scene)

    async def _say(self, kind: Kind, scene: Scene) -> Message | Silence:
        recorded = await asyncio.to_thread(self._record, kind, scene)
        if isinstance(recorded, Silence):
            await self._note(kind.name, recorded.held)
            return recorded
        message, proposal = recorded
        kind.done(proposal, scene)
        self._board.say(
            {
                "type": "say",
                "id": f"say-{message.pk}",
                "kind": message.kind,
                "blocks": list(proposal.blocks),
            }
        )
        self._host.send({"type": "proactive", "message": message_row(message)})
        return message

    def _record(self, kind: Kind, scene: Scene) -> tuple[Message, Proposal] | Silence:
        setting = self._settings[kind.name]
        with self._database.begin() as session:
            # Two engines on one room wait here, and the second sees what the first has said.
            room_shows.lock(session, self._room)
            scene = replace(scene, now=self._clock(), said=self._said_in(session, self._clock()))
            if not scene.forced:
                why = limits.why_not(setting, self._settings[LIMITS], scene)
                if why is not None:
                    return Silence(why)
            found = self._checked(session, kind, scene, setting)
            if isinstance(found, Silence):
                return found
            new = self._message(kind.name, found.key, SAID, "", found.kept, scene)
            return room_messages.record(session, self._room, new), found

    async def _note(self, name: str, held: Iterable[Held]) -> None:
        """Tell the owner, once, what was due and could not be said."""
        for one in held:
            note = (name, one.key, one.code, self._settings[name].version)
            if note in self._noted:
                continue
            message = await asyncio.to_thread(self._record_held, name, one)
            self._noted[note] = None
            if len(self._noted) > _HELD_REMEMBERED:
                del self._noted[next(iter(self._noted))]
            self._host.send({"type": "proactive", "message": message_row(message)})

    def _record_held(self, name: str, one: Held) -> Message:
        with self._database.begin() as session:
            new = self._message(name, one.key, HELD, one.code, one.text, None)
            return room_messages.record(session, self._room, new)

    def _message(
        self, name: str, key: str, state: str, reason: str, text: str, scene: Scene | None
    ) -> NewMessage:
        show = scene.show if scene else self._shows.show
        return NewMessage(show.pk if show else None, name, key, state, reason, text, self._clock())
