"""Reading what the page sends: JSON bodies to drafts, at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shop.proactive_settings import Draft
from shop.room_scripts import ScriptDraft
from web.learning.fields import bad, text, version

__all__ = ["script_draft", "setting_draft", "version"]

_HIGHEST = 2**31 - 1

Body = Mapping[str, Any]


def setting_draft(body: Body) -> Draft:
    """{"on","text"?,"numbers"?}; the shop checks ranges. Raises ApiError 400 `bad_field`."""
    numbers = body.get("numbers") or {}
    if not isinstance(numbers, dict):
        raise bad("numbers", "应该是一组数字")
    values = {name: _whole(numbers, name) for name in numbers}
    kept = {name: value for name, value in values.items() if value is not None}
    return Draft(_flag(body, "on"), text(body, "text", ""), kept)


def script_draft(body: Body) -> ScriptDraft:
    """One timed script. Raises ApiError 400 `bad_field`."""
    first, most = _whole(body, "first_minute"), _whole(body, "most")
    return ScriptDraft(
        text=text(body, "text", ""),
        enabled=_flag(body, "on"),
        every_minutes=_whole(body, "every_minutes"),
        at_minute=_whole(body, "at_minute"),
        first_minute=0 if first is None else first,
        last_minute=_whole(body, "last_minute"),
        most=10 if most is None else most,
    )


def _flag(body: Body, name: str) -> bool:
    value = body.get(name)
    if not isinstance(value, bool):
        raise bad(name, "应该是开或关")
    return value


def _whole(body: Body, name: str) -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _HIGHEST:
        raise bad(name, "应该是数字")
    return value
