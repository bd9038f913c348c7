"""How recommendations are weighed: one versioned setting, at its defaults until it is edited.

What the parts of the score are is recsys.ranking's; here they are names with limits that the
caller brings along, so that the shop needs no mathematics.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop.bulk import affected, bump
from shop.errors import ChangedMeanwhile, InvalidField
from shop.models import RecommendSettingRow, table_of
from shop.recommend_rules import REVISION

_SETTING = table_of(RecommendSettingRow)
_NAME = "ranking"
MOST_SECONDS = 24 * 3600
USUAL_VARIETY = 0.15


class SettingInvalid(InvalidField):
    """A value outside what makes sense; `field` says which."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Within what the owner may move one number."""

    title: str
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class StepDraft:
    """From so many seconds of stay on: so many items, and this share left to chance."""

    from_s: int
    k: int
    explore: float


@dataclass(frozen=True, slots=True)
class Setting:
    """Weights by part, variety 0..1, the ladder ((): the usual one). Version 0: never edited.

    `offers`: whether who stays is shown something unasked.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    variety: float = USUAL_VARIETY
    steps: tuple[StepDraft, ...] = ()
    version: int = 0
    offers: bool = False

    def checked(self, limits: Mapping[str, Limit], most_shown: int, most_steps: int) -> Setting:
        """Raises SettingInvalid with the first fault."""
        for name, weight in self.weights.items():
            limit = limits.get(name)
            if limit is None:
                raise SettingInvalid(f"weights.{name}", "没有这一项")
            if not limit.lowest <= weight <= limit.highest:
                raise SettingInvalid(
                    f"weights.{name}",
                    f"「{limit.title}」要在 {limit.lowest:g} 到 {limit.highest:g} 之间",
                )
        if not 0 <= self.variety <= 1:
            raise SettingInvalid("variety", "多样性要在 0 到 1 之间")
        _check_steps(self.steps, most_shown, most_steps)
        return self


class SettingChanged(ChangedMeanwhile):
    """Somebody changed the setting meanwhile; `current` is what it says now."""

    current: Setting


def read(session: Session) -> Setting:
    """The setting as it stands."""
    row = session.execute(select(_SETTING).where(_SETTING.c.name == _NAME)).first()
    if row is None:
        return Setting()
    value = row.value
    steps = tuple(StepDraft(**step) for step in value["steps"])
    return Setting(value["weights"], value["variety"], steps, row.version, value["offers"])


def edit(session: Session, draft: Setting, version: int) -> Setting:
    """Put the (checked) draft in place of this version; raises SettingChanged."""
    value: dict[str, Any] = {
        "weights": dict(draft.weights),
        "variety": draft.variety,
        "offers": draft.offers,
        "steps": [
            {"from_s": step.from_s, "k": step.k, "explore": step.explore} for step in draft.steps
        ],
    }
    if not _put(session, value, version):
        raise SettingChanged(read(session))
    bump(session, REVISION)
    return read(session)


def _put(session: Session, value: dict[str, Any], version: int) -> bool:
    """Whether this version was there to be replaced; the statement itself decides."""
    values = {"value": value, "version": version + 1, "updated_at": datetime.now(UTC)}
    if version:
        same = (_SETTING.c.name == _NAME, _SETTING.c.version == version)
        return bool(affected(session, update(_SETTING).where(*same).values(**values)))
    try:
        with session.begin_nested():
            session.execute(insert(_SETTING).values(name=_NAME, **values))
    except IntegrityError:
        return False
    return True


def _check_steps(steps: Sequence[StepDraft], most_shown: int, most_steps: int) -> None:
    if len(steps) > most_steps:
        raise SettingInvalid("steps", f"最多 {most_steps} 档")
    if steps and steps[0].from_s != 0:
        raise SettingInvalid("steps", "第一档要从 0 秒开始")
    for number, step in enumerate(steps, 1):
        if not 1 <= step.k <= most_shown:
            raise SettingInvalid("steps", f"第 {number} 档：件数要在 1 到 {most_shown} 之间")
        if not 0 <= step.explore <= 1:
            raise SettingInvalid("steps", f"第 {number} 档：尝新比例要在 0 到 100% 之间")
        if not 0 <= step.from_s <= MOST_SECONDS:
            raise SettingInvalid("steps", f"第 {number} 档：停留时间要在 0 到 24 小时之间")
        if number > 1 and step.from_s <= steps[number - 2].from_s:
            raise SettingInvalid("steps", f"第 {number} 档：停留时间要比上一档长")
