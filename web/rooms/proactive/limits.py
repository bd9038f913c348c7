"""How much a room may say by itself; reasons are in the owner's words.

Counted from what was recorded, not from memory: a restart, or a second process, changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shop.proactive_settings import Setting
from web.rooms.proactive.contract import Scene

_MINUTE = timedelta(minutes=1)


def why_not(setting: Setting, limits: Setting, scene: Scene) -> str | None:
    """Why nothing of this kind may be said now; None when something may."""
    if not limits.on:
        return "总开关关着"
    if not setting.on:
        return "这一项没有打开"
    if scene.show is None:
        return "还没有开播：有人发言或换品后才开始"
    return (
        _quiet(limits["quiet_minutes"], scene)
        or _too_many(limits["per_minute"], scene)
        or _too_soon(setting, scene)
        or _enough(setting, scene)
    )


def _quiet(minutes: int, scene: Scene) -> str | None:
    if not minutes:
        return None
    if scene.life_at is None or scene.now - scene.life_at >= timedelta(minutes=minutes):
        return f"{minutes} 分钟没人发言，先安静"
    return None


def _too_many(most: int, scene: Scene) -> str | None:
    if sum(_ago(m.at, scene) < _MINUTE for m in scene.said) >= most:
        return f"这一分钟已经说了 {most} 条"
    return None


def _too_soon(setting: Setting, scene: Scene) -> str | None:
    gap = timedelta(seconds=setting["gap_seconds"])
    last = max((m.at for m in scene.said if m.kind == setting.kind), default=None)
    if last is not None and _ago(last, scene) < gap:
        left = (gap - _ago(last, scene)).total_seconds()
        return f"离上一条太近，再过 {left:.0f} 秒"
    return None


def _enough(setting: Setting, scene: Scene) -> str | None:
    if len(scene.said_of(setting.kind)) >= setting["per_show"]:
        return f"本场已经说了 {setting['per_show']} 条"
    return None


def _ago(at: datetime, scene: Scene) -> timedelta:
    # A clock that was set back must not open the gates, nor close them for hours.
    return abs(scene.now - at)
