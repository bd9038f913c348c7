"""One viewer's talk with the assistant, whatever the channel: clean, ask Rasa, reply.

Texts that no assistant could answer (empty, far too long, binary, nothing but emoji or slashes)
get a polite line at once and never reach Rasa.
"""

from __future__ import annotations

import asyncio
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from web.gateway import Gateway

MAX_TEXT = 1000
# One viewer's messages are answered in order; more than this many waiting is a flood.
MAX_WAITING = 5

Block = dict[str, Any]


class TooManyMessages(Exception):
    """This viewer already has MAX_WAITING messages waiting for their answers."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where the viewer is: the product page open, the room, the product on air there."""

    page_sku: str | None = None
    room: str | None = None
    on_air: str | None = None
    # How long the page has been open, in seconds, where the channel knows.
    stayed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """Reply blocks (at least one); meta has intent, confidence, source, latency_ms, faq_id?."""

    blocks: list[Block]
    meta: dict[str, Any]


class Hopeless(NamedTuple):
    """A kind of text answered without Rasa; `found` gets the text as sent, and as cleaned."""

    reason: str
    found: Callable[[str, str], bool]
    answer: str


_SLASHES = re.compile(r"^[\s/／]+")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BINARY = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
# Half an emoji, cut by a phone's length limit, is no reason to refuse the words around it.
_BINARY_SHARE = 0.3


def _is_binary(text: str) -> bool:
    return len(_BINARY.findall(text)) > len(text) * _BINARY_SHARE


def _is_wordless(text: str) -> bool:
    # Letters and numbers of any script are words; emoji and punctuation are not. "?" alone is
    # a question in a live room, so question marks count too.
    return not any(unicodedata.category(char)[0] in "LN" or char in "?？" for char in text)


# Order matters: the first kind that fits answers.
HOPELESS: tuple[Hopeless, ...] = (
    Hopeless(
        "too_long",
        lambda sent, seen: len(seen) > MAX_TEXT,
        f"亲，这条消息太长啦，请控制在{MAX_TEXT}字以内，挑重点问我就好～",
    ),
    Hopeless(
        "binary",
        lambda sent, seen: _is_binary(sent),
        "亲，这条消息我读不出来，请直接用文字告诉我您的问题～",
    ),
    Hopeless(
        "empty",
        lambda sent, seen: not seen,
        "亲，您想问点什么呢？可以问价格、尺码、发货、优惠～",
    ),
    Hopeless(
        "wordless",
        lambda sent, seen: _is_wordless(seen),
        "收到您的表情啦～想了解哪件宝贝，打几个字告诉我吧",
    ),
)


def clean(text: str) -> str:
    """The text as Rasa may see it: one line, no control characters, no leading slashes.

    Rasa reads "/name" as an intent; its gateway strips slashes too, and both doors stay shut.
    """
    return _SLASHES.sub("", _INVISIBLE.sub(" ", text)).strip()


def hopeless(text: str) -> Hopeless | None:
    """The kind of text that needs no assistant, if it is one."""
    seen = clean(text)
    return next((kind for kind in HOPELESS if kind.found(text.strip(), seen)), None)


class Assistant:
    """Answers viewers through Rasa, one message of a viewer at a time."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._turns: dict[str, _Turn] = {}

    async def ask(
        self, viewer: str, channel: str, text: str, context: Context | None = None
    ) -> Reply:
        """The reply to one message.

        Raises TooManyMessages, AssistantUnavailable, AssistantFailed.
        """
        began = time.monotonic()
        kind = hopeless(text)
        if kind is not None:
            meta = {"intent": "nlu_fallback", "confidence": 0.0, "source": "rule"}
            blocks: list[Block] = [{"type": "text", "text": kind.answer}]
        else:
            async with self._turn(f"{channel}.{viewer}"):
                blocks, meta = await self._rasa(viewer, channel, clean(text), context or Context())
        return Reply(blocks, meta | {"latency_ms": round((time.monotonic() - began) * 1000)})

    async def _rasa(
        self, viewer: str, channel: str, text: str, context: Context
    ) -> tuple[list[Block], dict[str, Any]]:
        metadata: dict[str, Any] = {
            "viewer": viewer,
            "channel": channel,
            "room": context.room,
            "on_air": context.on_air,
            "page_sku": context.page_sku,
        }
        if context.stayed_s:
            metadata["stayed_s"] = round(context.stayed_s)
        answer = await self._gateway.message(f"{channel}.{viewer}", text, metadata)
        return answer.replies, dict(answer.meta)

    @asynccontextmanager
    async def _turn(self, sender: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(sender, _Turn())
        if turn.waiting >= MAX_WAITING:
            raise TooManyMessages(sender)
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[sender]


class _Turn:
    """A viewer's place in line; lives only while somebody waits in it."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0
