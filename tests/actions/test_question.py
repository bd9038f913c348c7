"""A question read from the tracker."""

from __future__ import annotations

from typing import Any

import pytest

from actions.question import from_tracker

HIT = {"faq_id": "F1", "phrase": "多久发货", "score": 0.74}


@pytest.mark.parametrize(("bar", "accepted"), [(0.735, ["F1"]), (0.75, [])])
def test_what_the_gate_accepted_is_accepted(bar: float, accepted: list[str]) -> None:
    """Whatever the clear score is: the gate has weighed it where it counts."""
    faq = {"exact": None, "threshold": bar, "clear_threshold": 0.95, "candidates": [HIT]}
    message: dict[str, Any] = {"text": "啥时发", "intent": {"name": "faq"}, "faq": faq}
    found = from_tracker(message, {}, {}).faq
    assert [candidate.faq_id for candidate in found.accepted] == accepted


def test_without_a_bar_nothing_is_accepted() -> None:
    assert from_tracker({"text": "a", "faq": {"candidates": [HIT]}}, {}, {}).faq.accepted == ()
