"""Interest by hand, and event by event."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recsys.names import Event
from recsys.profiles import EVENT_WEIGHT, ViewerProfile, touch_weight

DAY = 86_400.0
AXES = np.eye(3, dtype=np.float32)


def test_every_event_has_a_weight() -> None:
    assert set(EVENT_WEIGHT) == set(Event)


def test_an_event_counts_half_after_its_half_life() -> None:
    profile = ViewerProfile.of(
        AXES[:2], np.array([1.0, 1.0]), np.array([0.0, 2 * DAY]), now=2 * DAY, half_life_s=2 * DAY
    )
    assert profile.total.tolist() == [0.5, 1.0, 0.0]
    assert profile.mass == 1.5
    np.testing.assert_allclose(profile.direction, np.array([1, 2, 0]) / math.sqrt(5), rtol=1e-6)


def test_one_event_more_gives_what_all_at_once_gives() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(30, 5)).astype(np.float32)
    weights, ts = rng.uniform(0, 6, 30), rng.uniform(0, 20 * DAY, 30)
    at_once = ViewerProfile.of(vectors, weights, ts, now=20 * DAY)
    profile = ViewerProfile(np.zeros(5, dtype=np.float32), 0.0, 0.0)
    for row in range(30):  # not in order of time: events arrive late
        profile = profile.after(vectors[row], weights[row], ts[row])
    later = profile.after(np.zeros(5, dtype=np.float32), 0.0, 20 * DAY)
    np.testing.assert_allclose(later.total, at_once.total, rtol=1e-4, atol=1e-5)
    assert later.mass == pytest.approx(at_once.mass, rel=1e-6)


def test_nothing_known_has_no_direction() -> None:
    nobody = ViewerProfile.of(AXES[:0], np.empty(0), np.empty(0), now=0.0)
    assert nobody.direction.tolist() == [0, 0, 0]
    assert nobody.mass == 0


def test_a_longer_dwell_weighs_more_but_not_without_end() -> None:
    weights = [touch_weight(Event.DWELL, seconds) for seconds in (3.0, 15.0, 60.0, 1e4, 1e9)]
    assert weights == sorted(weights)
    assert weights[1] == 1.0
    assert weights[-1] == weights[-2] < touch_weight(Event.CART)


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -5.0])
def test_a_dwell_without_a_sound_length_counts_as_a_look(value: float | None) -> None:
    assert touch_weight(Event.DWELL, value) == touch_weight(Event.VIEW)


def test_unknown_events_show_no_interest() -> None:
    assert touch_weight("teleport") == 0
