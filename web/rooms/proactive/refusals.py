"""How the errors of what a room says by itself are told."""

from __future__ import annotations

from shop.errors import InvalidField
from shop.proactive_settings import SettingChanged, UnknownKind
from shop.room_scripts import ScriptChanged, UnknownScript
from web import errors
from web.errors import ApiError
from web.rooms.proactive import rows

CHANGED = "刚在别的页面改过，没有覆盖；请看过最新内容再保存"


def _setting_changed(error: SettingChanged) -> ApiError:
    current = rows.setting_row(error.current)
    return ApiError(409, "changed_meanwhile", CHANGED, current=current)


def _script_changed(error: ScriptChanged) -> ApiError:
    return ApiError(409, "changed_meanwhile", CHANGED, current=rows.script_row(error.current))


def register() -> None:
    """Add the rows; doing it again changes nothing."""
    errors.TELLING.update(
        {
            InvalidField: lambda error: ApiError(400, "bad_field", error.reason, field=error.field),
            SettingChanged: _setting_changed,
            ScriptChanged: _script_changed,
            UnknownKind: lambda error: ApiError(404, "unknown_kind", "没有这一种主动话术"),
            UnknownScript: lambda error: ApiError(404, "unknown_script", "这条话术已经不在了"),
        }
    )
