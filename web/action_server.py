"""The custom actions' endpoint: rasa-sdk's executor behind /webhook, inside the web process.

The protocol is rasa-sdk's own (400 for a rejection, 404 for an unknown action, 449 when the
domain is needed), with two differences: the shared secret is required, and a failing action is
reported without its exception's words or the tracker, which hold viewers' data.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Any

from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import (
    ActionExecutionRejection,
    ActionMissingDomainException,
    ActionNotFoundException,
)

from web.bearer import has_bearer

logger = logging.getLogger(__name__)

ACTION_HOST = "127.0.0.1"
# A tracker of a long talk with its domain; Rasa sends both with every call.
_BODY_LIMIT = 32 * 1024 * 1024
_EXECUTOR = web.AppKey("executor", ActionExecutor)
_SECRET = web.AppKey("secret", str)

# Status and whether it is worth a line in the log, as rasa-sdk answers them.
_REFUSALS: dict[type[Exception], tuple[int, int]] = {
    ActionExecutionRejection: (400, logging.DEBUG),
    ActionNotFoundException: (404, logging.ERROR),
    ActionMissingDomainException: (449, logging.DEBUG),
}

Run = Callable[..., Any]


def action_executor(package: str, threads: Executor) -> ActionExecutor:
    """The executor with every action of `package`; blocking ones run in `threads`."""
    executor = ActionExecutor()
    executor.register_package(package)
    executor.actions = {name: unblocked(run, threads) for name, run in executor.actions.items()}
    return executor


def unblocked(run: Run, threads: Executor) -> Callable[..., Awaitable[Any]]:
    """`run` as a coroutine function; a plain function is moved to a thread."""
    if inspect.iscoroutinefunction(run):
        return run

    async def in_thread(*arguments: Any) -> Any:
        result = await asyncio.get_running_loop().run_in_executor(threads, run, *arguments)
        return await result if inspect.isawaitable(result) else result

    return in_thread


def action_app(executor: ActionExecutor, secret: str) -> web.Application:
    """The application that Rasa calls; to be bound to loopback only."""
    app = web.Application(client_max_size=_BODY_LIMIT)
    app[_EXECUTOR] = executor
    app[_SECRET] = secret
    app.router.add_post("/webhook", _webhook)
    app.router.add_get("/health", _health)
    return app


async def _health(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


async def _webhook(request: web.Request) -> web.Response:
    if not has_bearer(request, request.app[_SECRET]):
        return web.json_response({"error": "a valid bearer key is needed"}, status=401)
    try:
        call = json.loads(await request.read())
    except ValueError:
        call = None
    if not isinstance(call, dict):
        return web.json_response({"error": "Invalid body request"}, status=400)
    try:
        result = await request.app[_EXECUTOR].run(call)
    except tuple(_REFUSALS) as error:
        return _refuse(error)
    except Exception:
        logger.exception("action %s failed", call.get("next_action"))
        return web.json_response({"error": "the action failed; see the log of web"}, status=500)
    return web.json_response(result.model_dump() if result else None)


def _refuse(error: Any) -> web.Response:
    status, level = _REFUSALS[type(error)]
    logger.log(level, "%s", error.message)
    body = {"error": error.message, "action_name": error.action_name}
    return web.json_response(body, status=status)
