"""What everybody asks, and what the answer is now.

Which questions: from the answers the room was given in public. The answer: asked of Rasa again,
since a price or a stock told ten minutes ago may be another now.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.blocks import text
from shop import room_questions
from shop.database import Database
from shop.proactive_settings import DIGEST, Setting
from shop.room_questions import MuchAsked
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway, GatewayReply
from web.rooms.grouping import intent_of
from web.rooms.proactive.contract import Proposal, Scene, Silence
from web.rooms.proactive.facts import worded
from web.rooms.proactive.repeated import wording
from web.rooms.publishing import compose
from web.rooms.reasons import PERSONAL, SHOP_WIDE, UNKNOWN_INTENT

logger = logging.getLogger(__name__)
# Of more candidates than are said, since some cannot be answered to everybody.
_CANDIDATES = 8
_LONGEST_ANSWER = 90
# How long answers that were fetched stay "now", and how soon it is worth looking again.
_FRESH, _PAUSE = timedelta(seconds=20), timedelta(seconds=30)
# Seconds for all its questions: the other kinds wait meanwhile.
_PATIENCE = 6.0
_NEVER = PERSONAL | {UNKNOWN_INTENT}
_NO_ANSWER = frozenset({"form", "handoff", "out_of_scope", "smalltalk"})


class Digest:
    """Says the questions asked most, with the answers that Rasa gives now."""

    name = DIGEST

    def __init__(
        self, database: Database, gateway: Gateway, on_air: Callable[[], str | None]
    ) -> None:
        self._database, self._gateway, self._on_air = database, gateway, on_air
        self._ready: tuple[datetime, tuple[str, ...]] | None = None
        self._looked_at: datetime | None = None
        self._why = ""

    async def prepare(self, scene: Scene, setting: Setting) -> None:
        """Choose the questions and ask Rasa for each; a Rasa that is away means no digest."""
        if not scene.forced and self._looked_at and scene.now - self._looked_at < _PAUSE:
            return
        self._looked_at = scene.now
        self._ready, self._why = None, "最近没有足够多人问同一个可以公开回答的问题"
        try:
            async with asyncio.timeout(_PATIENCE):
                lines = await self._lines(scene, setting)
        except (AssistantUnavailable, AssistantFailed, TimeoutError) as error:
            logger.info("room=%s no digest: %s", scene.room, error)
            self._why = "小助手暂时不在线，拿不到现在的答案"
            return
        self._ready = (scene.now, tuple(lines)) if lines else None

    def propose(self, session: Session, scene: Scene, setting: Setting) -> Proposal | Silence:
        """The digest that was prepared a moment ago."""
        if self._ready is None or scene.now - self._ready[0] > _FRESH:
            return Silence(self._why or "正在整理")
        said = worded(session, scene, setting.text, {"问答": "\n".join(self._ready[1])}, key=DIGEST)
        return said if isinstance(said, Silence) else Proposal(DIGEST, (text(said),))

    def done(self, proposal: Proposal, scene: Scene) -> None:
        """The next one is prepared anew."""
        self._ready = None

    async def _lines(self, scene: Scene, setting: Setting) -> list[str]:
        lines: list[str] = []
        for asked in await asyncio.to_thread(self._asked, scene, setting):
            question = wording(asked)
            if question is None or any(line.startswith(question) for line in lines):
                continue
            answer = await self._answer(scene.room, asked, question)
            if answer is not None:
                lines.append(f"{question} {answer}")
            if len(lines) >= setting["questions"]:
                break
        return lines

    def _asked(self, scene: Scene, setting: Setting) -> list[MuchAsked]:
        since = scene.now - timedelta(minutes=setting["window_minutes"])
        least = 2 if scene.forced else setting["at_least"]
        with self._database.read() as session:
            found = room_questions.most_asked(session, scene.room, since, _CANDIDATES)
        return [one for one in found if one.count >= least and self._for_all(one)]

    def _for_all(self, asked: MuchAsked) -> bool:
        # About a product only while it is on air: "多少钱" means nothing without it.
        if asked.intent in _NEVER:
            return False
        return asked.intent in SHOP_WIDE or asked.sku is None or asked.sku == self._on_air()

    async def _answer(self, room: str, asked: MuchAsked, question: str) -> str | None:
        parse = await self._gateway.parse(question)
        # A sender of its own each time: what somebody asked before must not colour the answer.
        sender = f"digest.{secrets.token_hex(8)}"
        metadata = {
            "viewer": sender,
            "channel": "room",
            "room": room,
            "on_air": self._on_air(),
            "page_sku": None,
        }
        reply = await self._gateway.message(sender, question, metadata, parse)
        # Understood otherwise than when it was asked: then it is not the answer they were given.
        if str(reply.meta.get("intent") or intent_of(parse)) != asked.intent:
            return None
        return _public(reply)


def _public(reply: GatewayReply) -> str | None:
    """What of a reply everybody may hear in one breath; None where that is not all of it."""
    publication = compose(reply.replies)
    if publication.private or publication.handoff or not publication.public:
        return None
    if reply.meta.get("source") in _NO_ANSWER:
        return None
    words = " ".join(str(b["text"]) for b in publication.blocks if b["type"] == "text")
    return words if words and len(words) <= _LONGEST_ANSWER else None
