"""How a Rasa process is started: its command, environment, files and patience."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from shop.settings import Secrets, Settings

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class RasaSpec:
    """One way to start Rasa. Times in seconds.

    `command` may hold "{port}". `hung_after` health checks in a row may fail, each
    `check_every` apart, before a living process counts as hung. `backoff` is the first and the
    longest wait before a restart; a process that stayed up for `steady_after` starts afresh.
    """

    command: tuple[str, ...]
    secret: str
    log: Path
    pid_folder: Path
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    ready_within: float = 180.0
    check_every: float = 10.0
    hung_after: int = 3
    backoff: tuple[float, float] = (1.0, 30.0)
    steady_after: float = 60.0
    stop_within: float = 10.0
    drain: float = 20.0  # longer than any message of the gateway client waits (15)

    def argv(self, port: int) -> list[str]:
        """The argument list with the port filled in."""
        return [part.replace("{port}", str(port)) for part in self.command]

    def serving(self, model: Path) -> RasaSpec:
        """The same for another model. Raises ValueError when the command names none."""
        return replace(self, command=_with_model(self.command, model))


def _with_model(command: tuple[str, ...], model: Path) -> tuple[str, ...]:
    parts = list(command)
    parts[parts.index("--model") + 1] = str(model)
    return tuple(parts)


def rasa_command(python: Path, model: Path) -> tuple[str, ...]:
    """The command that serves one trained model on loopback, through our channel alone."""
    # Without --enable-api there is no HTTP API: no training, no model upload, no trackers.
    return (
        *(str(python), "-m", "rasa", "run"),
        *("--model", str(model)),
        *("--interface", _LOOPBACK, "--port", "{port}"),
        *("--credentials", "rasa_project/credentials.yml", "--endpoints", "endpoints.yml"),
    )


ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def rasa_environment(
    settings: Settings, secrets: Secrets, action_port: int, root: Path
) -> dict[str, str]:
    """The environment of the Rasa process: ours without BOXIAOER_*, and what it is told."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("BOXIAOER_")}
    told = {
        "BOXIAOER_VAR": str(settings.var),
        "BOXIAOER_SHARED_SECRET": secrets.shared_secret,
        "BOXIAOER_ACTION_URL": f"http://{_LOOPBACK}:{action_port}/webhook",
        "RASA_TELEMETRY_ENABLED": "false",
        "PYTHONPATH": str(root),
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }
    if settings.encoder:
        told["BOXIAOER_ENCODER"] = settings.encoder
    return inherited | told


def serving_environment(
    settings: Settings, secrets: Secrets, action_port: int, root: Path
) -> dict[str, str]:
    """That of a Rasa process that answers: small matrices only, one thread each.

    Two threads that wait for each other burn the core that `web` needs: with one, a text costs half
    the processor time (10 ms against 17, sixteen at a time) and a fifth less waiting.
    """
    return rasa_environment(settings, secrets, action_port, root) | ONE_THREAD


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
