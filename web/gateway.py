"""The client of Rasa's gateway channel: understanding a text, and asking for a reply."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

_PATH = "/webhooks/gateway"
_HEALTH_AGE = 1.0
# As many as Rasa takes in one go (rasa_project.channels.parsing).
MOST_TEXTS = 64


class AssistantUnavailable(Exception):
    """Rasa cannot be reached, is still loading, or did not answer in time; trying later helps."""


class NotSent(AssistantUnavailable):
    """No connection was made, so nothing was asked of anybody."""


class AssistantFailed(Exception):
    """Rasa answered, but with a failure or with something that is not a reply."""


@dataclass(frozen=True, slots=True)
class GatewayReply:
    """What Rasa said: reply blocks (at least one), and how it came to them."""

    replies: list[dict[str, Any]]
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Health:
    """A Rasa that answers, and the model it has loaded."""

    model: str


class Gateway:
    """Talks to whichever Rasa `address` names at the moment (http://127.0.0.1:port).

    Times are in seconds. Every failure is AssistantUnavailable (later may work) or
    AssistantFailed (Rasa itself failed); nothing else is raised.
    """

    def __init__(
        self,
        address: Callable[[], str],
        secret: str,
        *,
        parse_timeout: float = 5.0,
        message_timeout: float = 15.0,
        health_timeout: float = 3.0,
    ) -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._parse_timeout = parse_timeout
        self._message_timeout = message_timeout
        self._health_timeout = health_timeout
        self._session: aiohttp.ClientSession | None = None
        self._health: tuple[float, Health] | None = None

    async def open(self) -> None:
        """Open the connection pool; must run inside the event loop."""
        # Rasa is one process on this machine: more connections than this only queue inside it.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=64), headers=self._headers, trust_env=False
        )

    async def close(self) -> None:
        """Close the connection pool."""
        if self._session is not None:
            await self._session.close()

    async def parse(self, text: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Intent, entities, FAQ candidates and the gate's verdict for one text."""
        body = {"text": text, "metadata": dict(metadata or {})}
        parsed = await self._call("POST", "/parse", self._parse_timeout, body)
        if not isinstance(parsed.get("intent"), dict):
            raise AssistantFailed("the parse result has no intent")
        return parsed

    async def parse_many(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """The same for up to MOST_TEXTS texts at once, in a third of the time."""
        answer = await self._call(
            "POST", "/parse_many", self._parse_timeout, {"texts": list(texts)}
        )
        parses = answer.get("parses")
        if not isinstance(parses, list) or len(parses) != len(texts) or not _understood(parses):
            raise AssistantFailed("not a parse result for every text")
        return parses

    async def message(
        self,
        sender: str,
        text: str,
        metadata: Mapping[str, Any],
        parse: Mapping[str, Any] | None = None,
    ) -> GatewayReply:
        """The reply to one message; `parse`, an earlier result, saves understanding it again."""
        body: dict[str, Any] = {"sender": sender, "text": text, "metadata": dict(metadata)}
        if parse is not None:
            body["parse"] = dict(parse)
        answer = await self._call("POST", "/message", self._message_timeout, body)
        return _reply(answer)

    async def health(self) -> Health:
        """The loaded model; asked of Rasa at most once a second."""
        now = time.monotonic()
        if self._health is not None and now - self._health[0] < _HEALTH_AGE:
            return self._health[1]
        self._health = None
        answer = await self._call("GET", "/", self._health_timeout)
        health = Health(model=str(answer.get("model") or ""))
        self._health = (now, health)
        return health

    async def _call(
        self, method: str, path: str, timeout: float, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        address = self._address()
        try:
            return await self._send(method, address + _PATH + path, timeout, body)
        except NotSent:
            # A process that was just replaced. Nothing reached it, so nothing is said twice.
            if (heir := self._address()) == address:
                raise
            return await self._send(method, heir + _PATH + path, timeout, body)

    async def _send(
        self, method: str, url: str, timeout: float, body: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        if self._session is None:
            raise AssistantUnavailable("the gateway client is not open")
        limit = aiohttp.ClientTimeout(total=timeout, connect=2.0)
        try:
            async with self._session.request(method, url, json=body, timeout=limit) as response:
                raw = await response.read()
        except aiohttp.ClientConnectorError as error:
            raise NotSent(f"Rasa cannot be reached: {error}") from error
        except TimeoutError as error:
            raise AssistantUnavailable(f"Rasa did not answer within {timeout:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise AssistantUnavailable(f"Rasa cannot be reached: {error}") from error
        return _checked(response.status, raw)


def _checked(status: int, raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except ValueError:
        answer = None
    if status == 503:
        raise AssistantUnavailable(_words(answer) or "Rasa has no model loaded yet")
    if status != 200 or not isinstance(answer, dict):
        raise AssistantFailed(f"Rasa answered {status}: {_words(answer) or 'no readable body'}")
    return answer


def _words(answer: Any) -> str:
    error = answer.get("error") if isinstance(answer, dict) else None
    return str(error.get("message", "")) if isinstance(error, dict) else ""


def _reply(answer: Mapping[str, Any]) -> GatewayReply:
    replies, meta = answer.get("replies"), answer.get("meta")
    if isinstance(replies, list) and replies and isinstance(meta, dict) and _blocks(replies):
        return GatewayReply(replies, meta)
    raise AssistantFailed("Rasa's answer holds no reply")


def _understood(parses: list[Any]) -> bool:
    return all(isinstance(one, dict) and isinstance(one.get("intent"), dict) for one in parses)


def _blocks(replies: list[Any]) -> bool:
    return all(isinstance(block, dict) and "type" in block for block in replies)
