"""Training while the shop is open: a child process of low priority and bounded memory.

The live model serves on whatever happens here. The state lies in a file, so that a restart of
web tells the owner of a training that died with it instead of forgetting it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from web.rasa_pool import orphans

logger = logging.getLogger(__name__)

RUNNING, DONE, FAILED, CANCELLED, IDLE = "running", "done", "failed", "cancelled", "idle"
WATCH_EVERY = 0.5
NICE = 10
# Of an unknown installation; afterwards the last training says how long one takes.
EXPECTED_SECONDS = 120.0
# Training is most of the work, proving the rest.
TRAINING_SHARE = 0.8
LONGEST_ERROR = 300


class TrainingRunning(Exception):
    """One training at a time."""


class NothingRunning(Exception):
    """There is no training to cancel."""


@dataclass(frozen=True, slots=True)
class State:
    """What the page shows. `share` is done so far, 0 to 1; `error` one Chinese line."""

    state: str = IDLE
    step: str = ""
    share: float = 0.0
    name: str = ""
    began: str = ""
    ended: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One training: the command, and what to do with the model it leaves.

    `finish` gets the seconds that it took; it records the model and proves it.
    """

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str]
    cwd: Path
    log: Path
    expected: float
    memory_mb: int
    finish: Callable[[float], Awaitable[None]]


class _Stopped(Exception):
    """The child was ended, or ended badly; the message is for the owner."""


class Training:
    """The one training job of the application."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # By this a web that starts after a kill finds the child, and ends it.
        self._note = path.with_name(orphans.TRAINER)
        self._task: asyncio.Task[None] | None = None
        self._child: Process | None = None
        self.state = _interrupted(_read(path))

    @property
    def running(self) -> bool:
        """Whether one is under way."""
        return self._task is not None and not self._task.done()

    def start(self, prepare: Callable[[], Plan]) -> State:
        """Begin; `prepare` runs in a thread. Raises TrainingRunning."""
        if self.running:
            raise TrainingRunning
        now = datetime.now(UTC).isoformat()
        self._say(State(RUNNING, "正在准备", 0.0, began=now))
        self._task = asyncio.create_task(self._run(prepare))
        return self.state

    async def cancel(self) -> State:
        """End the one under way; the live model is untouched. Raises NothingRunning."""
        if self._task is None or self._task.done():
            raise NothingRunning
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        return self.state

    async def close(self) -> None:
        """End with the application."""
        with contextlib.suppress(NothingRunning):
            await self.cancel()

    async def wait(self) -> State:
        """Wait for the end of the one under way."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        return self.state

    async def _run(self, prepare: Callable[[], Plan]) -> None:
        ended = State(FAILED, error="训练出错了，线上模型没有受影响")
        try:
            plan = await asyncio.to_thread(prepare)
            self._say(replace(self.state, step="正在训练", name=plan.name))
            seconds = await self._train(plan)
            self._say(replace(self.state, step="正在对比新旧模型", share=TRAINING_SHARE))
            await plan.finish(seconds)
            ended = State(DONE, share=1.0)
        except asyncio.CancelledError:
            ended = State(CANCELLED, error="已取消训练")
            raise
        except _Stopped as error:
            ended = State(FAILED, error=str(error))
        except Exception:
            logger.exception("training failed")
        finally:
            await self._end_child()
            self._say(
                replace(
                    ended,
                    name=self.state.name,
                    began=self.state.began,
                    ended=datetime.now(UTC).isoformat(),
                )
            )

    async def _train(self, plan: Plan) -> float:
        plan.log.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with plan.log.open("wb") as log:
            self._child = await asyncio.create_subprocess_exec(
                *plan.argv,
                stdin=DEVNULL,
                stdout=log,
                stderr=STDOUT,
                cwd=plan.cwd,
                env=dict(plan.environment),
                start_new_session=True,
            )
        orphans.note(self._note, self._child.pid, plan.argv)
        with contextlib.suppress(OSError):  # the child may be gone already
            os.setpriority(os.PRIO_PROCESS, self._child.pid, NICE)
        while self._child.returncode is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._child.wait(), WATCH_EVERY)
            share = min((time.monotonic() - began) / plan.expected, 0.99) * TRAINING_SHARE
            self._say(replace(self.state, share=round(share, 3)), keep=False)
            self._watch_memory(self._child, plan.memory_mb)
        if self._child.returncode:
            raise _Stopped(f"训练失败（{self._child.returncode}）：{last_line(plan.log)}")
        return time.monotonic() - began

    def _watch_memory(self, child: Process, most: int) -> None:
        used = memory_mb(child.pid) if child.returncode is None else 0
        if used > most:
            raise _Stopped(f"训练占用内存超过{most}MB，已停止；线上模型没有受影响")

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
        self._note.unlink(missing_ok=True)

    def _say(self, state: State, keep: bool = True) -> None:
        self.state = state
        if keep:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".tmp")
            temporary.write_text(json.dumps(asdict(state), ensure_ascii=False), "utf-8")
            temporary.replace(self._path)


def memory_mb(pid: int) -> int:
    """Resident memory of a process in MB; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def last_line(log: Path) -> str:
    """The last words of a log, short."""
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip()[:LONGEST_ERROR] if lines else "没有留下日志"


def _read(path: Path) -> State:
    try:
        return State(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return State()


def _interrupted(state: State) -> State:
    if state.state != RUNNING:
        return state
    return replace(state, state=FAILED, error="训练时服务重启了，请重新训练；线上模型没有受影响")
