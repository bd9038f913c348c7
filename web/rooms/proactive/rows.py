"""Settings, scripts and messages as JSON, and what the codes of held messages are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shop import proactive_settings, room_variables
from shop.proactive_settings import Setting
from shop.room_messages import Message
from shop.room_scripts import Script
from web.rooms.reasons import COMPLIANCE

_MISSING = "missing:"
_CODES: Mapping[str, str] = {
    "too_long": "填好后太长",
    "off_sale": "商品已下架",
    "sold_out": "商品已卖完",
    "no_price": "商品没有价格",
}
_PREFIXES: Mapping[str, Callable[[str], str]] = {
    COMPLIANCE: lambda rule: f"广告法：{rule}",
    _MISSING: lambda names: f"「{names}」没有值",
}


def message_row(message: Message) -> dict[str, Any]:
    """What was said or held."""
    return {
        "pk": message.pk,
        "kind": message.kind,
        "title": proactive_settings.KINDS[message.kind].title
        if message.kind in proactive_settings.KINDS
        else message.kind,
        "state": message.state,
        "reason": message.reason,
        "label": label(message.reason),
        "text": message.text,
        "at": message.at.isoformat(),
    }


def setting_row(setting: Setting) -> dict[str, Any]:
    """One kind with its limits and the variables that its text may use."""
    kind = proactive_settings.known(setting.kind)
    return {
        "kind": kind.name,
        "title": kind.title,
        "about": kind.about,
        "on": setting.on,
        "has_text": bool(kind.text),
        "text": setting.text,
        "version": setting.version,
        "numbers": [
            {
                "name": number.name,
                "title": number.title,
                "unit": number.unit,
                "value": setting[number.name],
                "lowest": number.lowest,
                "highest": number.highest,
            }
            for number in kind.numbers
        ],
        "variables": [
            {"name": variable.name, "meaning": variable.meaning}
            for variable in room_variables.known(kind.name)
        ],
    }


def script_row(script: Script) -> dict[str, Any]:
    """One timed script."""
    return {
        "pk": script.pk,
        "version": script.version,
        "text": script.text,
        "on": script.enabled,
        "every_minutes": script.every_minutes,
        "at_minute": script.at_minute,
        "first_minute": script.first_minute,
        "last_minute": script.last_minute,
        "most": script.most,
    }


def label(code: str) -> str:
    """The Chinese name of the reason of a held message."""
    for prefix, name in _PREFIXES.items():
        if code.startswith(prefix):
            return name(code.removeprefix(prefix))
    return _CODES.get(code, code)
