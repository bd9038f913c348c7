"""Naming those who asked: @a @b 等8人."""

from __future__ import annotations

from collections.abc import Sequence

from shop.rooms import Comment
from web.rooms import wording

NAMED = 2
_LONGEST = 12


def display_name(comment: Comment) -> str:
    """What to call a viewer in public; a name unfit to be shown, or none, becomes a number."""
    name = " ".join(comment.name.split())
    if not name.isprintable() or not name or not wording.current().moderator.fit_name(name):
        return f"观众{comment.viewer[:4].upper()}"
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def askers(names: Sequence[str], count: int) -> str:
    """The askers of one answer in a line; `count` is how many there are in all."""
    shown = list(dict.fromkeys(names))[:NAMED]
    line = " ".join(f"@{name}" for name in shown)
    return f"{line} 等{count}人" if count > len(shown) else line
