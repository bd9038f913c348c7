"""Timed scripts: the owner's own texts, by the clock of the show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from actions.blocks import text
from shop import room_scripts
from shop.proactive_settings import SCRIPTS, Setting
from shop.room_messages import Message
from shop.room_scripts import Script
from web.rooms.proactive.contract import Held, Plain, Proposal, Scene, Silence
from web.rooms.proactive.facts import worded
from web.rooms.proactive.sayable import sayable

# A script for minute 30 that found no room until now is still said within this many minutes.
LATE = 10


class Scripts(Plain):
    """Says the script that is the longest overdue and has all its values."""

    name = SCRIPTS

    def propose(self, session: Session, scene: Scene, setting: Setting) -> Proposal | Silence:
        """The first of the due scripts that can be said; one that cannot holds up no other."""
        if setting.text:  # a draft that the owner is still writing
            said = worded(session, scene, setting.text)
            return said if isinstance(said, Silence) else Proposal("", (text(said),))
        if scene.script is not None:
            return _said(session, scene, room_scripts.get(session, scene.room, scene.script))
        scripts = [script for script in room_scripts.of_room(session, scene.room) if script.enabled]
        if not scripts:
            return Silence("还没有打开的定时话术")
        waits = ((why_not(script, scene), script) for script in scripts)
        due = [script for why, script in waits if why is None]
        due.sort(key=lambda script: _last(script, scene))
        held = list[Held]()
        for script in due:
            found = _said(session, scene, script)
            if isinstance(found, Proposal):
                found = sayable(found, scene)
            if isinstance(found, Proposal):
                return found
            held += [replace(one, key=_occasion(script, scene)) for one in found.held]
        return Silence("到点的话术这会儿说不了" if due else "还没有到点的话术", tuple(held))


def why_not(script: Script, scene: Scene) -> str | None:
    """Why this script is not due; None when it is."""
    if scene.show is None:
        return "还没有开播"
    minute, said = scene.show.minute(scene.now), _times(script, scene)
    if script.at_minute is not None:
        if minute < script.at_minute:
            return f"第 {script.at_minute} 分钟说，现在第 {minute} 分钟"
        if said:
            return "本场已经说过"
        return f"错过了第 {script.at_minute} 分钟" if minute >= script.at_minute + LATE else None
    if minute < script.first_minute:
        return f"第 {script.first_minute} 分钟起说，现在第 {minute} 分钟"
    if script.last_minute is not None and minute >= script.last_minute:
        return f"第 {script.last_minute} 分钟后不再说"
    if len(said) >= script.most:
        return f"本场已经说了 {script.most} 次"
    every = timedelta(minutes=script.every_minutes or 0)
    if said and scene.now - said[-1].at < every:
        left = (every - (scene.now - said[-1].at)).total_seconds()
        return f"再过 {left / 60:.0f} 分钟" if left >= 60 else f"再过 {left:.0f} 秒"
    return None


def _said(session: Session, scene: Scene, script: Script) -> Proposal | Silence:
    said = worded(session, scene, script.text)
    return said if isinstance(said, Silence) else Proposal(str(script.pk), (text(said),))


def _occasion(script: Script, scene: Scene) -> str:
    """Held once for each time that it was due, and anew when the owner has changed it."""
    return f"{script.pk}.{script.version}.{len(_times(script, scene))}"


def _times(script: Script, scene: Scene) -> Sequence[Message]:
    return scene.said_of(SCRIPTS, str(script.pk))


def _last(script: Script, scene: Scene) -> tuple[float, int]:
    said = _times(script, scene)
    return (said[-1].at.timestamp() if said else 0.0, script.pk)
