"""How the errors of teaching are told: with the field, or with what somebody else saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shop.exporting import ExportRefused
from shop.faq_editing import FaqChanged
from shop.importing.report import ImportRefused
from shop.own_intents import OwnIntentChanged
from web import errors
from web.errors import ApiError
from web.learning import drafts
from web.learning.book import SavedNotLive
from web.learning.release import NoAssistantHere, NotProved, NotServable
from web.learning.training import NothingRunning, TrainingRunning

CHANGED = "这一条刚在别的页面改过，没有覆盖；请看过最新内容再保存"
NOT_LIVE = "已经保存，但还没能生效（可能磁盘满了）；不用再存一遍，下次保存或重启时会一起生效"


def _plain(status: int, code: str, message: str) -> Callable[[Any], ApiError]:
    return lambda error: ApiError(status, code, message)


def register() -> None:
    """Add the rows; doing it again changes nothing."""
    errors.TELLING.update(
        {
            FaqChanged: errors.changed_meanwhile(drafts.faq_json, CHANGED),
            OwnIntentChanged: errors.changed_meanwhile(drafts.own_json, CHANGED),
            ImportRefused: lambda error: ApiError(400, "bad_file", str(error)),
            ExportRefused: lambda error: ApiError(409, "export_refused", str(error)),
            TrainingRunning: _plain(409, "training_running", "已经在训练了，请等它结束"),
            SavedNotLive: _plain(503, "saved_not_live", NOT_LIVE),
            NothingRunning: _plain(409, "nothing_running", "现在没有训练可以取消"),
            NotProved: _plain(409, "not_proved", "这个模型还没有对比报告，不能发布"),
            NotServable: _plain(409, "not_servable", "新模型启动失败，线上模型没有受影响"),
            NoAssistantHere: _plain(409, "no_assistant", "模型不归这个服务管，这里不能训练发布"),
        }
    )
