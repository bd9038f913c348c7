"""The Rasa processes, with a small real child process in Rasa's place."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.stand_in import SECRETS
from web.app import create_app
from web.config import AppConfig
from web.gateway import Gateway
from web.keys import RASA_POOL
from web.rasa_pool import RasaNotReady, RasaPool, RasaProcess, RasaSpec, rasa_command
from web.rasa_pool.orphans import end_orphans
from web.rasa_pool.spec import free_port

CHILD = Path(__file__).parent / "rasa_child.py"


@pytest.fixture
def spec(tmp_path: Path) -> RasaSpec:
    return RasaSpec(
        command=(sys.executable, str(CHILD), "{port}", "m1"),
        secret=SECRETS.shared_secret,
        log=tmp_path / "log" / "rasa.log",
        pid_folder=tmp_path / "web",
        cwd=tmp_path,
        environment={**os.environ, "BOXIAOER_SHARED_SECRET": SECRETS.shared_secret},
        ready_within=20,
        check_every=0.2,
        backoff=(0.05, 0.2),
        stop_within=3,
        drain=0.2,
    )


@pytest.fixture
async def pool(spec: RasaSpec) -> AsyncIterator[RasaPool]:
    made = RasaPool(spec, 0)
    made.start()
    await made.current.wait_ready(20)
    yield made
    await made.stop()


async def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.02)


def running(pid: int) -> bool:
    # A zombie whose parent has not read its end counts as ended.
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def process(pool: RasaPool) -> RasaProcess:
    assert pool.current.process is not None
    return pool.current.process


async def model_at(pool: RasaPool) -> str:
    gateway = Gateway(pool.address, SECRETS.shared_secret)
    await gateway.open()
    try:
        return (await gateway.health()).model
    finally:
        await gateway.close()


async def test_starts_answers_and_stops_with_its_children(spec: RasaSpec) -> None:
    pool = RasaPool(spec, 0)
    pool.start()
    await pool.current.wait_ready(20)
    assert await model_at(pool) == "m1"
    pids = [int(pid) for pid in re.findall(r"=(\d+)", spec.log.read_text())]
    assert len(pids) == 2
    assert all(map(running, pids))
    await pool.stop()
    await until(lambda: not any(map(running, pids)), 5)
    assert list(spec.pid_folder.glob("rasa-*.json")) == []


async def test_a_process_that_dies_is_started_again(pool: RasaPool) -> None:
    first = process(pool).pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: pool.current.starts == 2)
    await pool.current.wait_ready(20)
    assert process(pool).pid != first
    assert await model_at(pool) == "m1"


async def test_a_process_that_hangs_is_started_again(spec: RasaSpec, tmp_path: Path) -> None:
    hang = tmp_path / "hang"
    command = (*spec.command, "hang", str(hang))
    pool = RasaPool(dataclasses.replace(spec, command=command, stop_within=0.5), 0)
    pool.start()
    await pool.current.wait_ready(20)
    hang.touch()
    await until(lambda: pool.current.starts == 2)
    hang.unlink()
    await until(lambda: pool.current.process is not None and pool.current.process.alive)
    await pool.stop()


async def test_restarts_of_a_broken_command_grow_apart(spec: RasaSpec) -> None:
    broken = (sys.executable, "-c", "raise SystemExit('no model')")
    pool = RasaPool(dataclasses.replace(spec, command=broken, backoff=(0.05, 10)), 0)
    pool.start()
    with pytest.raises(RasaNotReady):
        await pool.current.wait_ready(1.5)
    starts = pool.current.starts
    assert 2 <= starts <= 6  # without the pause it would be dozens
    await pool.stop()
    assert "no model" in spec.log.read_text()
    await asyncio.sleep(0.2)
    assert pool.current.starts == starts


async def test_a_missing_program_is_logged_not_raised(
    spec: RasaSpec, caplog: pytest.LogCaptureFixture
) -> None:
    pool = RasaPool(dataclasses.replace(spec, command=("/nowhere/python", "{port}")), 0)
    pool.start()
    await until(lambda: "/nowhere/python" in caplog.text)
    await pool.stop()


async def test_an_orphan_of_a_killed_web_makes_room(spec: RasaSpec) -> None:
    orphan = RasaProcess(spec, free_port())
    await orphan.start()
    await orphan.wait_ready()
    pid = orphan.pid
    assert pid is not None
    heir = RasaProcess(spec, orphan.port)  # same files, as after a restart of web
    await heir.start()
    await heir.wait_ready()
    assert await orphan.wait(5)
    assert heir.pid != pid
    await heir.stop()
    await orphan.stop()


async def test_what_a_killed_web_left_on_any_port_is_ended_at_the_next_start(
    spec: RasaSpec, tmp_path: Path
) -> None:
    """A published model serves on a port of its own, where no later web looks for it."""
    mine = RasaProcess(spec, free_port())
    await mine.start()
    await mine.wait_ready()
    end_orphans(spec.pid_folder)
    assert mine.alive  # its parent lives
    starter = (
        "import subprocess, sys; sys.path.insert(0, sys.argv[1]);"
        "from pathlib import Path; from web.rasa_pool import orphans;"
        "argv = [sys.executable, '-c', 'import time; time.sleep(600)'];"
        "child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, start_new_session=True);"
        "orphans.note(Path(sys.argv[2]), child.pid, argv); print(child.pid)"
    )
    note = spec.pid_folder / "rasa-7.json"
    root = str(Path(__file__).resolve().parents[2])
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", starter, root, str(note), stdout=asyncio.subprocess.PIPE
    )
    left = int((await run.communicate())[0])
    assert running(left)
    pool = RasaPool(spec, 0)
    pool.start()
    await until(lambda: not running(left))
    assert mine.alive
    assert not note.exists()
    await pool.stop()
    await mine.stop()


async def test_a_strangers_process_is_left_alone(spec: RasaSpec) -> None:
    stranger = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1)
    port = free_port()
    spec.pid_folder.mkdir(parents=True)
    note = spec.pid_folder / f"rasa-{port}.json"
    for text in (f'{{"pid": {stranger.pid}, "argv": ["rasa"]}}', "{", '{"pid": "x", "argv": 1}'):
        note.write_text(text)
        ours = RasaProcess(spec, port)
        await ours.start()
        assert stranger.returncode is None
        await ours.stop()
    stranger.kill()
    await stranger.wait()


async def test_a_switch_changes_the_address_and_ends_the_old(
    pool: RasaPool, spec: RasaSpec
) -> None:
    old = process(pool)
    await pool.switch(dataclasses.replace(spec, command=(*spec.command[:3], "m2")))
    assert await model_at(pool) == "m2"
    assert old.alive  # still answers what it was asked before
    await until(lambda: not old.alive)


async def test_a_switch_to_a_broken_model_keeps_the_old(pool: RasaPool, spec: RasaSpec) -> None:
    old = process(pool)
    broken = dataclasses.replace(spec, command=(sys.executable, "-c", "1/0"), ready_within=1)
    with pytest.raises(RasaNotReady):
        await pool.switch(broken)
    assert process(pool) is old
    assert await model_at(pool) == "m1"


async def test_the_application_starts_rasa_and_health_follows_it(
    config: AppConfig, aiohttp_client: Any, tmp_path: Path
) -> None:
    settings = dataclasses.replace(config.settings, rasa_port=free_port())
    loading = tmp_path / "loading"
    loading.touch()
    command = (sys.executable, str(CHILD), "{port}", "m1", "hang", str(loading))
    app = create_app(dataclasses.replace(config, settings=settings, rasa_command=command))
    client = await aiohttp_client(app)
    assert (await client.get("/healthz")).status == 503
    loading.unlink()
    await app[RASA_POOL].current.wait_ready(20)
    response = await client.get("/healthz")
    assert (response.status, (await response.json())["model"]) == (200, "m1")
    child = app[RASA_POOL].current.process
    assert child is not None
    await client.close()
    assert not child.alive


def test_rasa_is_served_on_loopback_without_its_http_api() -> None:
    command = rasa_command(Path("python"), Path("m.tar.gz"))
    assert command[command.index("--interface") + 1] == "127.0.0.1"
    assert "--enable-api" not in command
