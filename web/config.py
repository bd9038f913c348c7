"""What the app factory takes: settings, secrets, and how Rasa is started."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from recsys.embedding.location import DEFAULT_NAME, folder_name
from shop.settings import Secrets, Settings


@dataclass(frozen=True, slots=True)
class AppConfig:
    """Everything `create_app` needs; nothing is read from the environment after this.

    `rasa_command` is the argument list that starts Rasa, where "{port}" stands for the port it
    must listen on; None means that somebody else runs Rasa at `settings.rasa_port`.
    """

    settings: Settings
    secrets: Secrets
    rasa_command: tuple[str, ...] | None = None
    serve_actions: bool = True
    root: Path = Path(__file__).resolve().parent.parent

    @property
    def state_folder(self) -> Path:
        """Where web keeps its own small files (console state, process ids)."""
        return self.settings.var / "web"

    @property
    def encoder_name(self) -> str:
        """The sentence encoder in use, as its folder is called; never a path of this machine."""
        return folder_name(self.settings.encoder or DEFAULT_NAME)


def quiet_libraries() -> None:
    """Turn down libraries that log a line for every request."""
    for name in ("rasa_sdk", "aiohttp.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
