"""The owner's words: followed by the running web, edited in the console."""

from __future__ import annotations

from web.words.routes import setup

__all__ = ["setup"]
