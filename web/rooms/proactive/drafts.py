"""Reading what the page sends: JSON bodies to drafts, at the edge."""

from __future__ import annotations

from shop.proactive_settings import Draft
from shop.room_scripts import ScriptDraft
from web import fields


def setting_draft(body: fields.Body) -> Draft:
    """{"on","text"?,"numbers"?}; the shop checks ranges. Raises ApiError 400 `bad_field`."""
    numbers = body.get("numbers") or {}
    if not isinstance(numbers, dict):
        raise fields.bad("numbers", "应该是一组数字")
    values = {name: fields.whole(numbers, name) for name in numbers}
    kept = {name: value for name, value in values.items() if value is not None}
    return Draft(fields.flag(body, "on"), fields.text(body, "text", ""), kept)


def script_draft(body: fields.Body) -> ScriptDraft:
    """One timed script. Raises ApiError 400 `bad_field`."""
    first, most = fields.whole(body, "first_minute"), fields.whole(body, "most")
    return ScriptDraft(
        text=fields.text(body, "text", ""),
        enabled=fields.flag(body, "on"),
        every_minutes=fields.whole(body, "every_minutes"),
        at_minute=fields.whole(body, "at_minute"),
        first_minute=0 if first is None else first,
        last_minute=fields.whole(body, "last_minute"),
        most=10 if most is None else most,
    )
