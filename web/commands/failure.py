"""The one error that a command raises for a person to read."""

from __future__ import annotations


class CommandFailed(Exception):
    """The command cannot be done; the message is one line that says what to do."""
