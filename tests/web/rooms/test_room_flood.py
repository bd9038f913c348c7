"""How much one viewer may say, by when they said it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shop.rooms import Comment
from web.rooms import flood
from web.rooms.admission import Admission
from web.rooms.flood import BURST, ViewerLimits
from web.rooms.reasons import DROPPED

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def said(text: str, after: float, viewer: str = "v", received: float | None = None) -> Comment:
    ts = NOW + timedelta(seconds=after)
    got = ts if received is None else NOW + timedelta(seconds=received)
    return Comment(1, "demo", text, viewer, "小鹿", text, ts, got)


def test_a_buyer_with_quick_questions_is_never_hit_and_a_flood_is() -> None:
    admission = Admission()
    asked = [admission.refuse(said(f"问题{n}", 0.5 * n), 0.5 * n) for n in range(5)]
    assert asked == [None] * 5
    flooding = [admission.refuse(said(f"刷{n}", 3 + 0.1 * n), 3.0) for n in range(50)]
    assert flooding.count("flood") > 40
    assert admission.refuse(said("多少钱", 3, viewer="x"), 3.0) is None
    assert admission.refuse(said("多少钱", 30), 30.0) is None
    assert DROPPED["flood"].label


def test_what_is_dropped_anyway_costs_nothing() -> None:
    admission = Admission()
    for _ in range(50):
        assert admission.refuse(said("❤❤", 0), 0.0) == "wordless"
        assert admission.refuse(said("傻逼", 0), 0.0) in ("abuse", "repeated")
    assert admission.refuse(said("多少钱", 0), 0.0) is None


def test_comments_taken_up_after_a_crash_are_no_flood() -> None:
    admission = Admission()
    took = [admission.refuse(said(f"问题{n}", 10.0 * n, received=10.0 * n), 0) for n in range(30)]
    assert took == [None] * 30


def test_a_future_clock_and_comments_out_of_order_lock_nobody_out() -> None:
    admission = Admission()
    year = 365 * 86_400.0
    assert admission.refuse(said("未来", year, received=0), 0.0) is None
    assert [admission.refuse(said(f"问{n}", 3.0 * n), 0.0) for n in range(9)] == [None] * 9
    limits = ViewerLimits(burst=2, per_second=0.5)
    assert [limits.take("v", at) for at in (10.0, 9.0, 8.0)] == [True, True, False]
    assert limits.take("v", 12.0)
    # The same recording once more: a clock that has gone back a whole hour starts anew.
    assert [limits.take("v", 12.0 - 3600) for _ in range(3)] == [True, True, False]


def test_only_viewers_who_spoke_lately_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = ViewerLimits()
    for number in range(1_000):
        limits.take(f"v{number}", float(number))
    assert len(limits) <= BURST / flood.PER_SECOND + 2
    monkeypatch.setattr(flood, "_REMEMBERED", 100)
    for number in range(1_000):
        limits.take(f"w{number}", 2_000.0)
    assert len(limits) <= 101


def test_limits_that_let_nobody_speak_are_refused() -> None:
    for burst, rate in ((0.5, 1.0), (5.0, 0.0)):
        with pytest.raises(ValueError, match="burst"):
            ViewerLimits(burst, rate)


def test_nobody_in_the_recorded_room_is_hit(root: Path) -> None:
    limits, hit = ViewerLimits(), []
    path = root / "data" / "demo_shop" / "room.jsonl"
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "text" in row:
            at = datetime.fromisoformat(row["ts"]).timestamp()
            if not limits.take(row["viewer"], at):
                hit.append(row["text"])
    assert hit == []
