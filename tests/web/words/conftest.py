"""The owner, signed in, on the real application."""

from __future__ import annotations

from tests.web.learning.conftest import owner

__all__ = ["owner"]
