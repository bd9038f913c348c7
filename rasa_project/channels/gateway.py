"""The one door into Rasa: understanding and replies for `web`, failures told as failures.

Rasa's own REST channel answers 200 with an empty list when anything goes wrong, trusts whoever
calls it, and takes a text that begins with "/" for an intent. None of that holds here.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from rasa_project.channels.action_failures import noted_failures, watch_actions
from rasa_project.channels.parsing import MOST_TEXTS, parse_many

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
MAX_TEXT = 1000
SHORTEST_SECRET = 16
# A question of a form stands behind the answer it follows: the answer says where it came from.
FORM_SOURCE = "form"
# Keys of a parse result that belong to the message it was made for, not to this one.
STALE = frozenset({"message_id", "metadata", "text_tokens"})

OnMessage = Callable[[UserMessage], Awaitable[Any]]


class Refused(Exception):
    """A request that is answered with an error: HTTP status, code, one line."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Ask:
    """One message to answer."""

    sender: str
    text: str
    metadata: dict[str, Any]
    parse: dict[str, Any] | None


class BlocksOutput(OutputChannel):
    """Collects what the actions send: reply blocks, and where they came from."""

    def __init__(self) -> None:
        self.blocks: list[dict[str, Any]] = []
        self._metas: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The name under which responses may be written for this channel."""
        return "gateway"

    @property
    def meta(self) -> dict[str, Any]:
        """The first answer's meta; a form's question counts only where nothing was answered."""
        answers = [meta for meta in self._metas if meta.get("source") != FORM_SOURCE]
        return (answers or self._metas or [{}])[0]

    async def send_custom_json(
        self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any
    ) -> None:
        """One action's message; one that is no message of ours counts as no reply."""
        blocks, meta = json_message.get("blocks"), json_message.get("meta")
        if isinstance(blocks, list) and blocks:
            self.blocks += blocks
            self._metas.append(meta if isinstance(meta, dict) else {})

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """A response of the domain, as a block."""
        self.blocks.append({"type": "text", "text": text})


class GatewayInput(InputChannel):
    """Routes under /webhooks/gateway, each behind the shared secret."""

    @classmethod
    def name(cls) -> str:
        """The name in credentials.yml and in the route."""
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> InputChannel:
        """Raises RasaException without a proper secret: an open door is never opened."""
        secret = str((credentials or {}).get("secret") or "")
        if secret.startswith("${") or len(secret) < SHORTEST_SECRET:
            raise RasaException(
                f"credentials.yml: gateway needs a `secret` of {SHORTEST_SECRET} characters "
                "or more; set BOXIAOER_SHARED_SECRET"
            )
        return cls(secret)

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """Health, parse and message. Rasa's `on_new_message` drops a message that comes before
        the model without a word, so the agent is asked directly.
        """
        blueprint = Blueprint("gateway")
        blueprint.add_route(_answering(self._health), "/", methods=["GET"], name="health")
        blueprint.add_route(_answering(self._parse), "/parse", methods=["POST"], name="parse")
        blueprint.add_route(
            _answering(self._parse_many), "/parse_many", methods=["POST"], name="parse_many"
        )
        blueprint.add_route(_answering(self._message), "/message", methods=["POST"], name="message")
        return blueprint

    def _admit(self, request: Request) -> Agent:
        """The agent, for a caller with the secret and when a model is loaded."""
        given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._expected):
            raise Refused(401, "wrong_key", "the shared secret is needed")
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            raise Refused(503, "no_model", "no model is loaded")
        return agent

    async def _health(self, request: Request) -> dict[str, Any]:
        agent = self._admit(request)
        return {"status": "ok", "model": agent.processor.model_filename}

    async def _parse(self, request: Request) -> dict[str, Any]:
        agent = self._admit(request)
        text = _text(_body(request))
        parsed = await agent.processor.parse_message(UserMessage(text))
        return _own(parsed)

    async def _parse_many(self, request: Request) -> dict[str, Any]:
        agent = self._admit(request)
        texts = _texts(_body(request))
        return {"parses": [_own(parsed) for parsed in parse_many(agent.processor, texts)]}

    async def _message(self, request: Request) -> dict[str, Any]:
        agent = self._admit(request)
        ask, output = _ask(_body(request)), BlocksOutput()
        watch_actions(agent.processor)
        message = UserMessage(
            ask.text,
            output,
            ask.sender,
            parse_data=ask.parse,
            input_channel=self.name(),
            metadata=ask.metadata,
        )
        with noted_failures() as failures:
            await agent.handle_message(message)
        if failures:
            raise Refused(502, "action_failed", failures[0])
        if not output.blocks:
            raise Refused(502, "no_reply", "no action replied; see the log of web")
        return {"replies": output.blocks, "meta": output.meta}


def _answering(
    handler: Callable[[Request], Awaitable[dict[str, Any]]],
) -> Callable[[Request], Awaitable[HTTPResponse]]:
    """The handler's result as JSON, and whatever it raises in the one shape of errors."""

    async def answer(request: Request) -> HTTPResponse:
        try:
            return json_response(await handler(request))
        except Refused as refused:
            return _error(refused.status, refused.code, str(refused))
        except Exception:
            logger.exception("gateway %s failed", request.path)
            return _error(502, "assistant_failed", "the assistant failed; see its log")

    return answer


def without_slash(text: str) -> str:
    """The text without leading slashes: "/ask_price" is Rasa's way to inject an intent."""
    while text[:1].isspace() or text[:1] in ("/", "／"):
        text = text[1:]
    return text.rstrip()


def _body(request: Request) -> Mapping[str, Any]:
    raw = request.body or b""
    if len(raw) > MAX_BODY:
        raise Refused(413, "body_too_large", f"at most {MAX_BODY} bytes")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise Refused(400, "malformed_json", "the body is not JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "malformed_json", "the body must be a JSON object")
    return body


def _text(body: Mapping[str, Any]) -> str:
    text = body.get("text")
    if not isinstance(text, str):
        raise Refused(400, "bad_request", "`text` must be a string")
    if len(text) > MAX_TEXT:
        raise Refused(400, "text_too_long", f"at most {MAX_TEXT} characters")
    # A lone half of an emoji is valid JSON, but neither SQLite nor the log can take it.
    text = without_slash(text.encode("utf-8", "ignore").decode("utf-8"))
    if not text:
        raise Refused(400, "empty_text", "there is no text")
    return text


def _texts(body: Mapping[str, Any]) -> list[str]:
    texts = body.get("texts")
    if not isinstance(texts, list) or not texts or len(texts) > MOST_TEXTS:
        raise Refused(400, "bad_request", f"`texts` must be a list of 1 to {MOST_TEXTS}")
    return [_text({"text": text}) for text in texts]


def _ask(body: Mapping[str, Any]) -> Ask:
    sender, metadata = body.get("sender"), body.get("metadata")
    metadata = {} if metadata is None else metadata
    if not isinstance(sender, str) or not sender or not isinstance(metadata, dict):
        raise Refused(400, "bad_request", "`sender` must be a string, `metadata` an object")
    text = _text(body)
    return Ask(sender, text, metadata, _reused(body.get("parse"), text))


def _reused(parse: Any, text: str) -> dict[str, Any] | None:
    """An earlier result of /parse, which may stem from another viewer's like words."""
    if parse is None:
        return None
    intent = parse.get("intent") if isinstance(parse, dict) else None
    sound = (
        isinstance(intent, dict)
        and isinstance(intent.get("name"), str)
        and isinstance(parse.get("entities"), list)
        and all(isinstance(entity, dict) and "entity" in entity for entity in parse["entities"])
    )
    if not sound:
        raise Refused(400, "bad_request", "`parse` must be a result of /parse")
    return {**_own(parse), "text": text}


def _own(parsed: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in parsed.items() if key not in STALE}


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return json_response({"error": {"code": code, "message": message}}, status=status)
