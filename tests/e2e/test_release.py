"""An own intent from the owner's form to viewers' answers and back, while viewers keep asking.

The real web, Rasa, training and actions, in a var folder of its own: what is published here must
not reach the assistant that other tests are served by.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import ROOT, Chat, Running, said, share, started

pytestmark = [pytest.mark.needs_rasa, pytest.mark.timeout(900)]

MODELS = Path("models") / "assistant"
REPLY = "门店楼下就有停车场，前两小时免费～"
OWN = {
    "title": "停车",
    "examples": [
        "你们店能停车吗", "开车过去停哪里", "门店有停车场吗", "停车收不收费", "附近好停车不",
        "停车位多不多", "停车方便吗", "车可以停你们楼下吗", "停车怎么收钱", "有没有地方停车呀",
    ],
    "reply": REPLY,
}  # fmt: skip
ASKED = "开车来的话有停车的地方吗"
EVERY = 0.05
TRAINED_WITHIN = 600


class Owner:
    """The owner's browser: signed in once, keeps its cookie."""

    def __init__(self, running: Running) -> None:
        jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy())
        self._url = running.url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        link = re.search(r"http\S+/console/enter\?token=\S+", running.printed)
        assert link is not None
        self._opener.open(link[0], timeout=30).read()

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON of a call of the console."""
        raw = None if body is None else json.dumps(body).encode()
        url = f"{self._url}/console/api/{path}"
        request = urllib.request.Request(url, raw, method=method)  # noqa: S310
        request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=240) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


class Crowd:
    """Viewers who ask one after the other, every EVERY seconds, until told to stop."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._stop = threading.Event()
        self._asking = ThreadPoolExecutor(16)
        self.asked: list[Future[tuple[int, Any]]] = []
        self._clock = threading.Thread(target=self._ask_on)

    def __enter__(self) -> Crowd:
        self._clock.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._clock.join()
        self._asking.shutdown()

    def answers(self) -> list[tuple[int, Any]]:
        """Every answer, in the order of asking."""
        return [one.result() for one in self.asked]

    def _ask_on(self) -> None:
        while not self._stop.wait(EVERY):
            # No faster than they are answered: a queue that only grows measures this machine.
            if sum(not one.done() for one in self.asked[-64:]) < 16:
                self.asked.append(self._asking.submit(self._ask))

    def _ask(self) -> tuple[int, Any]:
        return self._running.call("POST", "/api/chat", {"text": "3号链接多少钱"})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    var = tmp_path_factory.mktemp("release")
    for name in ("encoder", "models/triage"):
        share(var, name)
    shutil.copytree(ROOT / "var" / MODELS, var / MODELS)
    with started(var) as made:
        yield made


@pytest.fixture
def running(shop: Running) -> Running:
    """What `chat` talks to."""
    return shop


def live(running: Running) -> str:
    return str(json.loads((running.var / MODELS / "current.json").read_text())["name"])


def trained(owner: Owner) -> str:
    """Train a candidate to the end, its proof included; its name."""
    status, told = owner.call("POST", "models/train")
    assert status == 202, told
    assert owner.call("POST", "models/train")[1]["error"]["code"] == "training_running"
    deadline = time.monotonic() + TRAINED_WITHIN
    while time.monotonic() < deadline:
        job = owner.call("GET", "models")[1]["job"]
        if job["state"] != "running":
            assert job["state"] == "done", job
            return str(job["name"])
        time.sleep(1)
    raise AssertionError(f"not trained within {TRAINED_WITHIN} s: {job}")


def no_one_was_let_down(crowd: Crowd) -> None:
    answers = crowd.answers()
    assert len(answers) > 20
    assert [status for status, _ in answers if status != 200] == []
    assert [a for _, a in answers if "3号链接现在" not in said(a)] == []


def test_an_own_intent_is_trained_proved_published_and_taken_back(
    running: Running, chat: Chat
) -> None:
    owner, before = Owner(running), live(running)
    assert REPLY not in said(chat(ASKED))
    status, intent = owner.call("POST", "intents", OWN)
    assert status == 201, intent

    name = trained(owner)
    assert live(running) == before  # a candidate serves nobody
    report = owner.call("GET", f"models/{name}/report")[1]
    assert report["against"] == before
    assert report["regression"]["asked"] > 50
    assert report["regression"]["right"]["candidate"] > 0.8 * report["regression"]["asked"]
    assert any(row["name"] == intent["name"] for row in report["intents"])

    # A form that is open at one switch goes on after it, and after the next.
    assert "身高" in said(chat("这条我穿多大码合适", sku="DRS-001"))
    with Crowd(running) as crowd:
        reason = {"override": "端到端测试：照样发布"}
        assert owner.call("POST", f"models/{name}/publish", reason)[0] == 200
        assert live(running) == name
        assert "体重" in said(chat("身高165", sku="DRS-001"))
        answer = running.call("POST", "/api/chat", {"text": ASKED})[1]
        assert REPLY in said(answer), answer
        assert owner.call("POST", f"models/{before}/rollback", {"reason": "测试"})[0] == 200
    no_one_was_let_down(crowd)

    assert live(running) == before
    assert chat("110斤", sku="DRS-001")["meta"]["source"] == "size_chart"
    assert REPLY not in said(running.call("POST", "/api/chat", {"text": ASKED})[1])
    rows = {row["name"]: row for row in owner.call("GET", "models")[1]["versions"]}
    assert rows[before]["published"][-1]["reason"] == "测试"
    assert rows[name]["published"][-1]["by"] == "owner"
