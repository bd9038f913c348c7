"""A small assistant, trained and served as in production, and an action server to talk to."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from action_server import ActionServer

from recsys.embedding import EncoderMissing, default_encoder

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-for-tests-only"
EXAMPLES_PER_INTENT = 14


@dataclass
class Answer:
    """Status and JSON body of an HTTP answer."""

    status: int
    body: Any


@dataclass
class Assistant:
    """The gateway of a running Rasa; keeps the action server it calls."""

    url: str
    actions: ActionServer
    model: Path
    senders: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    def call(
        self, method: str, path: str, body: Any = None, key: str | None = f"Bearer {SECRET}"
    ) -> Answer:
        """One request; `body` is sent as JSON, or as it is when it is bytes."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)  # noqa: S310
        if key is not None:
            request.add_header("Authorization", key)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
                return Answer(response.status, json.load(response))
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.load(error))

    def parse(self, text: str) -> dict[str, Any]:
        """The parse result of a text."""
        answer = self.call("POST", "/parse", {"text": text})
        assert answer.status == 200, answer
        return answer.body

    def talk(self, *texts: str, **metadata: Any) -> list[list[str]]:
        """The actions that answered each text of one new visit, in order."""
        sender = f"widget.viewer{next(self.senders)}"
        replies = []
        for text in texts:
            body = {"sender": sender, "text": text, "metadata": metadata}
            answer = self.call("POST", "/message", body)
            assert answer.status == 200, answer
            replies.append([block["text"] for block in answer.body["replies"]])
        return replies


@pytest.fixture(scope="session")
def encoder_folder() -> Path:
    """The built encoder's var folder, or a skip that says how to build it."""
    os.environ.setdefault("BOXIAOER_VAR", str(ROOT / "var"))
    try:
        default_encoder()
    except EncoderMissing as error:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            raise
        pytest.skip(str(error))
    return Path(os.environ["BOXIAOER_VAR"]) / "encoder"


@pytest.fixture(scope="session")
def small_var(tmp_path_factory: pytest.TempPathFactory, encoder_folder: Path) -> Path:
    """A var folder with the encoder, and no snapshots yet."""
    var = tmp_path_factory.mktemp("var")
    (var / "encoder").symlink_to(encoder_folder.resolve())
    return var


@pytest.fixture(scope="session")
def small_nlu(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first comments of every intent: enough to tell the intents of these tests apart."""
    folder = tmp_path_factory.mktemp("nlu")
    for file in sorted((ROOT / "data/nlu").glob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        entry = content["nlu"][0]
        lines = entry["examples"].splitlines()[:EXAMPLES_PER_INTENT]
        entry["examples"] = "\n".join(lines) + "\n"
        text = yaml.safe_dump(content, allow_unicode=True)
        (folder / file.name).write_text(text, encoding="utf-8")
    return folder


def rasa_environment(var: Path, action_url: str) -> dict[str, str]:
    """What web passes to Rasa."""
    return {
        **os.environ,
        "BOXIAOER_VAR": str(var),
        "BOXIAOER_SHARED_SECRET": SECRET,
        "BOXIAOER_ACTION_URL": action_url,
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(var / "rasa_cache"),
        "PYTHONPATH": str(ROOT),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }


@pytest.fixture(scope="session")
def small_model(small_var: Path, small_nlu: Path) -> Path:
    """A model by the real command, config, domain, rules and stories."""
    command = [sys.executable, "-m", "rasa", "train", "--config", "config.yml"]
    command += ["--domain", "rasa_project/domain", "--data", str(small_nlu)]
    command += ["data/rules", "data/stories", "--out", str(small_var / "models")]
    command += ["--fixed-model-name", "small"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=rasa_environment(small_var, "http://127.0.0.1:1/webhook"),
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return small_var / "models" / "small.tar.gz"


@pytest.fixture(scope="session")
def assistant(small_model: Path, small_var: Path) -> Iterator[Assistant]:
    """Rasa serving the small model through the gateway alone."""
    actions = ActionServer(f"Bearer {SECRET}")
    port = free_port()
    command = [sys.executable, "-m", "rasa", "run", "--model", str(small_model)]
    command += ["--interface", "127.0.0.1", "--port", str(port)]
    command += ["--endpoints", "endpoints.yml", "--credentials", "rasa_project/credentials.yml"]
    with (small_var / "rasa.log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=rasa_environment(small_var, actions.url),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    running = Assistant(f"http://127.0.0.1:{port}/webhooks/gateway", actions, small_model)
    try:
        _await(running, process, small_var / "rasa.log")
        yield running
    finally:
        process.terminate()
        process.wait(timeout=20)
        actions.stop()


def _await(running: Assistant, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if running.call("GET", "/").status == 200:
                return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"Rasa did not start:\n{log.read_text()[-3000:]}")


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
