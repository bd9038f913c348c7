"""Failures of the action server, made visible.

Rasa catches whatever goes wrong while an action runs, logs it and goes on; its channels cannot
tell an answer from half of one. The endpoint below notes each failed call for the message that
is being handled, without changing what Rasa does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import aiohttp
from rasa.core.processor import MessageProcessor
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

from rasa_project.channels.action_schema import check_with_ready_schema

# Rasa waits five minutes for an action; a viewer does not.
TIMEOUT = aiohttp.ClientTimeout(total=12.0, connect=2.0)
REJECTED = 400  # a form that declines to run: an ordinary turn of the dialogue

_failures: ContextVar[list[str] | None] = ContextVar("action_failures", default=None)


class WatchedEndpoint(EndpointConfig):
    """The action endpoint, noting failed calls for whoever `watch`es."""

    @classmethod
    def around(cls, endpoint: EndpointConfig) -> WatchedEndpoint:
        """The same endpoint, watched."""
        watched = cls.__new__(cls)
        watched.__dict__.update(endpoint.__dict__)
        return watched

    async def request(self, *args: Any, **kwargs: Any) -> Any | None:
        """Call the action server; a failure is noted and raised as before."""
        kwargs["timeout"] = TIMEOUT
        try:
            response = await super().request(*args, **kwargs)
        except ClientResponseError as error:
            if error.status != REJECTED:
                _note(f"the action server answered {error.status}")
            raise
        except Exception as error:
            _note(f"the action server cannot be reached: {type(error).__name__}")
            raise
        if not isinstance(response, dict):
            _note("the action server's answer is no JSON object")
        return response


def watch_actions(processor: MessageProcessor) -> None:
    """Have the processor's action endpoint watched; doing it again changes nothing."""
    check_with_ready_schema()
    endpoint = processor.action_endpoint
    if endpoint is not None and not isinstance(endpoint, WatchedEndpoint):
        processor.action_endpoint = WatchedEndpoint.around(endpoint)


@contextmanager
def noted_failures() -> Iterator[list[str]]:
    """The failures of the action calls made inside the block, by this task alone."""
    noted: list[str] = []
    token = _failures.set(noted)
    try:
        yield noted
    finally:
        _failures.reset(token)


def _note(failure: str) -> None:
    noted = _failures.get()
    if noted is not None:
        noted.append(failure)
