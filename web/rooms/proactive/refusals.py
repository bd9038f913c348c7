"""How the errors of what a room says by itself are told."""

from __future__ import annotations

from shop.proactive_settings import SettingChanged, UnknownKind
from shop.room_scripts import ScriptChanged, UnknownScript
from web import errors
from web.errors import ApiError
from web.rooms.proactive import rows

CHANGED = "刚在别的页面改过，没有覆盖；请看过最新内容再保存"


def register() -> None:
    """Add the rows; doing it again changes nothing."""
    errors.TELLING.update(
        {
            SettingChanged: errors.changed_meanwhile(rows.setting_row, CHANGED),
            ScriptChanged: errors.changed_meanwhile(rows.script_row, CHANGED),
            UnknownKind: lambda error: ApiError(404, "unknown_kind", "没有这一种主动话术"),
            UnknownScript: lambda error: ApiError(404, "unknown_script", "这条话术已经不在了"),
        }
    )
