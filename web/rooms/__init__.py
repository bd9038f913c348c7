"""Live rooms: intake, the engine that answers, the overlay and the prompter."""

from __future__ import annotations

from web.rooms.routes import setup

__all__ = ["setup"]
