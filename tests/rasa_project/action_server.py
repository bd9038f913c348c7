"""An action server for the tests: rasa-sdk's own executor, actions that say their name."""

from __future__ import annotations

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, FormValidationAction
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

ACTIONS_FILE = Path(__file__).resolve().parents[2] / "rasa_project/domain/actions.yml"
# The product of these tests that has no size chart.
NO_CHART = "TEA"


class SizeForm(FormValidationAction):
    """Asks nothing about a product without a size chart."""

    def name(self) -> str:
        """As in the domain."""
        return "validate_size_form"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: Any, tracker: Any, domain: Any
    ) -> list[str]:
        """Height and weight, or nothing."""
        metadata = tracker.latest_message.get("metadata") or {}
        return [] if metadata.get("page_sku") == NO_CHART else domain_slots


class OrderForm(FormValidationAction):
    """Asks the order number."""

    def name(self) -> str:
        """As in the domain."""
        return "validate_order_form"


def speaking(action_name: str) -> Action:
    """An action whose one block is its own name."""

    class Speaking(Action):
        def name(self) -> str:
            return action_name

        async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[Any]:
            is_question = action_name.startswith("action_ask_")
            meta = {
                "intent": tracker.latest_message["intent"]["name"],
                "confidence": tracker.latest_message["intent"]["confidence"],
                "source": "form" if is_question else "rule",
            }
            blocks = [{"type": "text", "text": action_name}]
            dispatcher.utter_message(json_message={"blocks": blocks, "meta": meta})
            return []

    return Speaking()


class ActionServer:
    """Serves /webhook on a loopback port from a thread; `broken` actions answer 500."""

    def __init__(self, authorization: str) -> None:
        self.broken: set[str] = set()
        self.calls: list[dict[str, Any]] = []
        self._executor = ActionExecutor()
        for name in yaml.safe_load(ACTIONS_FILE.read_text(encoding="utf-8"))["actions"]:
            if name.startswith("action_"):
                self._executor.register_action(speaking(name))
        self._executor.register_action(SizeForm())
        self._executor.register_action(OrderForm())
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(authorization))
        self.url = f"http://127.0.0.1:{self._http.server_port}/webhook"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        self._http.shutdown()
        self._http.server_close()

    def run(self, call: dict[str, Any]) -> tuple[int, Any]:
        """Status and answer to one call of Rasa."""
        self.calls.append(call)
        if call["next_action"] in self.broken:
            return 500, {"error": "broken"}
        try:
            return 200, asyncio.run(self._executor.run(call))
        except ActionExecutionRejection as rejected:
            return 400, {"error": str(rejected), "action_name": rejected.action_name}

    def _handler(self, authorization: str) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                call = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                admitted = self.headers.get("Authorization") == authorization
                status, answer = server.run(call) if admitted else (401, {})
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        return Handler
