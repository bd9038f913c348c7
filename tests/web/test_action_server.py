"""The custom actions' endpoint: rasa-sdk's protocol, behind the shared secret, without echoes."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import aiohttp
import pytest
from rasa_sdk import Action, ActionExecutionRejection
from rasa_sdk.executor import ActionExecutor

from tests.web.stand_in import Client, bearer
from web.action_server import action_app, unblocked
from web.app import create_app
from web.config import AppConfig
from web.keys import ACTION_PORT

SECRET = bearer("rasa-secret")


class _Hello(Action):
    def name(self) -> str:
        return "action_hello"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        dispatcher.utter_message(json_message={"blocks": [tracker.sender_id]})
        return [{"event": "slot", "name": "last_sku", "value": "A1"}]


class _Slow(Action):
    def name(self) -> str:
        return "action_slow"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        started.wait(5)  # blocks: two of these finish only when they run side by side
        dispatcher.utter_message(text=threading.current_thread().name)
        return []


class _Reject(Action):
    def name(self) -> str:
        return "action_reject"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        raise ActionExecutionRejection(self.name(), "not now")


class _Break(Action):
    def name(self) -> str:
        return "action_break"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
        raise RuntimeError("password=hunter2")


started = threading.Barrier(2)


@pytest.fixture
async def actions(aiohttp_client: Any) -> Client:
    executor = ActionExecutor()
    for action in (_Hello, _Slow, _Reject, _Break):
        executor.register_action(action)
    threads = ThreadPoolExecutor(2, thread_name_prefix="action")
    executor.actions = {name: unblocked(run, threads) for name, run in executor.actions.items()}
    client: Client = await aiohttp_client(action_app(executor, "rasa-secret"))
    return client


def call(action: str, **more: Any) -> dict[str, Any]:
    tracker = {"sender_id": "api.v", "slots": {}, "latest_message": {}, "events": []}
    return {"next_action": action, "tracker": tracker, "domain": {}, "version": "3.6.21", **more}


async def run(client: Client, action: str) -> tuple[int, Any]:
    response = await client.post("/webhook", json=call(action), headers=SECRET)
    return response.status, await response.json()


async def test_an_action_gives_events_and_responses(actions: Client) -> None:
    status, body = await run(actions, "action_hello")
    assert status == 200
    assert body["responses"][0]["custom"] == {"blocks": ["api.v"]}
    assert body["events"] == [{"event": "slot", "name": "last_sku", "value": "A1"}]


async def test_rasa_may_compress_its_call(actions: Client) -> None:
    raw = zlib.compress(json.dumps(call("action_hello")).encode())
    headers = {**SECRET, "Content-Encoding": "deflate", "Content-Type": "application/json"}
    assert (await actions.post("/webhook", data=raw, headers=headers)).status == 200


@pytest.mark.parametrize("header", [{}, bearer("wrong"), bearer(""), {"Authorization": "x"}])
async def test_without_the_secret_no_action_runs(actions: Client, header: dict[str, str]) -> None:
    response = await actions.post("/webhook", json=call("action_break"), headers=header)
    assert response.status == 401


async def test_blocking_actions_run_side_by_side(actions: Client) -> None:
    results = await asyncio.gather(run(actions, "action_slow"), run(actions, "action_slow"))
    assert [status for status, _ in results] == [200, 200]
    assert all(body["responses"][0]["text"].startswith("action") for _, body in results)


async def test_refusals_are_rasa_sdks(actions: Client) -> None:
    rejected = {"error": "not now", "action_name": "action_reject"}
    assert await run(actions, "action_reject") == (400, rejected)
    status, body = await run(actions, "action_nobody_wrote")
    assert (status, body["action_name"]) == (404, "action_nobody_wrote")


async def test_a_missing_domain_is_asked_for(actions: Client) -> None:
    body = call("action_hello", domain=None, domain_digest="unknown")
    assert (await actions.post("/webhook", json=body, headers=SECRET)).status == 449


async def test_a_failing_action_tells_the_log_not_the_caller(
    actions: Client, caplog: pytest.LogCaptureFixture
) -> None:
    status, body = await run(actions, "action_break")
    assert status == 500
    assert "hunter2" not in str(body)
    assert "api.v" not in str(body)
    assert "hunter2" in caplog.text


@pytest.mark.parametrize("raw", [b"{", b"[]", b"null", b"\xff"])
async def test_a_malformed_call_is_400(actions: Client, raw: bytes) -> None:
    assert (await actions.post("/webhook", data=raw, headers=SECRET)).status == 400


async def test_the_application_serves_the_shops_own_actions_on_loopback(
    config: AppConfig, aiohttp_client: Any
) -> None:
    app = create_app(dataclasses.replace(config, serve_actions=True))
    await aiohttp_client(app)
    url = f"http://127.0.0.1:{app[ACTION_PORT]}/webhook"
    async with aiohttp.ClientSession() as session:
        refused = await session.post(url, json=call("action_smalltalk"))
        assert refused.status == 401
        response = await session.post(url, json=call("action_smalltalk"), headers=SECRET)
        assert response.status == 200
        (said,) = (await response.json())["responses"]
    assert said["custom"]["blocks"]
