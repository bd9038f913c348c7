"""Handing a question to the host: the honest end of every ladder."""

from __future__ import annotations

from actions.answer import Answer, hand_over
from actions.case import Case

# code: what the viewer reads. The code is what the prompter groups by.
REASONS: dict[str, str] = {
    "unknown_fact": "这个我手上没有准确信息，不敢乱说，已经记下来请主播回答您啦～",
    "unknown_question": "这个问题我还没学会，已经转给主播啦，请稍等一下～",
    "host_show": "已经提醒主播啦，马上展示给您看，请稍等～",
    "complaint": "非常抱歉给您带来不好的体验，已经转给主播优先处理，方便的话请私信订单号～",
    "ask_human": "好的，已经帮您转给主播本人，请稍等一下～",
    "restock": "到货时间还没定下来，我已经告诉主播有人在等啦，有消息会在直播间通知～",
}


def hand_over_unknown(case: Case, reason: str) -> Answer:
    """Say that it is not known, and hand the question to the host."""
    return hand_over(reason, REASONS[reason])


def host_show(case: Case) -> Answer:
    """Only the host can try on, turn round or show closely."""
    return hand_over("host_show", REASONS["host_show"])


def complaint(case: Case) -> Answer:
    """Complaints are never argued with by a machine."""
    return hand_over("complaint", REASONS["complaint"])


def human(case: Case) -> Answer:
    """The viewer asked for a person."""
    return hand_over("ask_human", REASONS["ask_human"])


def unknown(case: Case) -> Answer:
    """The gate was not sure enough of anything."""
    return hand_over("unknown_question", REASONS["unknown_question"])
