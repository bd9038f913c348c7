"""The fit that the owner starts: a child of low priority; the model before serves until it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from web.config import AppConfig

logger = logging.getLogger(__name__)
NICE = 10
IDLE, RUNNING, DONE, FAILED = "idle", "running", "done", "failed"


class FitRunning(Exception):
    """One fit at a time."""


@dataclass(frozen=True, slots=True)
class State:
    """What the page shows: share 0..1 so far, the step in Chinese, an error in one line."""

    state: str = IDLE
    step: str = ""
    share: float = 0.0
    began: str = ""
    ended: str = ""
    error: str = ""


class Fitting:
    """The one fit of the application."""

    def __init__(self, config: AppConfig) -> None:
        self._config = config
        self._task: asyncio.Task[None] | None = None
        self.state = State()

    def start(self) -> State:
        """Begin. Raises FitRunning."""
        if self._task is not None and not self._task.done():
            raise FitRunning
        self.state = State(RUNNING, "正在准备", 0.0, began=_now())
        self._task = asyncio.create_task(self._run())
        return self.state

    async def wait(self) -> State:
        """Wait for the end of the one under way."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        return self.state

    async def close(self) -> None:
        """End with the application; what serves is untouched."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def told(self) -> dict[str, object]:
        """The state as JSON."""
        return asdict(self.state)

    async def _run(self) -> None:
        ended = replace(self.state, state=FAILED, error="训练出错了，线上推荐没有受影响")
        child: Process | None = None
        try:
            child = await self._child()
            code = await self._follow(child)
            ended = State(DONE, share=1.0) if code == 0 else State(FAILED, error=_FAILED)
        except OSError:
            logger.exception("the fit could not be started")
        finally:
            if child is not None and child.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
            self.state = replace(ended, began=self.state.began, ended=_now())

    async def _child(self) -> Process:
        settings = self._config.settings
        log = settings.var / "log" / "fit.log"
        await asyncio.to_thread(log.parent.mkdir, parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "BOXIAOER_VAR": str(settings.var),
            "BOXIAOER_DATABASE_URL": settings.database_url,
        }
        with log.open("wb") as errors:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "web.jobs.refit",
                stdout=PIPE, stderr=errors, cwd=self._config.root, env=environment,
            )  # fmt: skip
        with contextlib.suppress(OSError):  # it may be gone already
            os.setpriority(os.PRIO_PROCESS, child.pid, NICE)
        return child

    async def _follow(self, child: Process) -> int:
        assert child.stdout is not None  # noqa: S101 - PIPE
        async for line in child.stdout:
            with contextlib.suppress(ValueError, KeyError, TypeError):
                said = json.loads(line)
                share = round(min(1.0, float(said["share"])), 3)
                self.state = replace(self.state, share=share, step=str(said["step"]))
        return await child.wait()


_FAILED = "有模型没有训练成功，线上推荐没有受影响，仍用之前的模型；原因见下面的训练记录"


def _now() -> str:
    return datetime.now(UTC).isoformat()
