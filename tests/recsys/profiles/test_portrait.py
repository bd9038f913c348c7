"""Portraits by hand, event by event, and against sums over all events at once."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.names import Event
from recsys.profiles import (
    Act,
    BadPortrait,
    ItemProfiles,
    Portrait,
    pack,
    touch_weight,
    unpack,
)
from recsys.profiles.interest import HALF_LIFE_S
from recsys.profiles.portrait import KEPT, NEVER, REMEMBERED
from recsys.recommend import ItemTable

DAY = 86_400.0
PRICES = [1_000, 2_000, 3_000, 4_000, 5_000, None]


def items() -> ItemProfiles:
    frame = pd.DataFrame(
        {
            "sku": [f"i{row}" for row in range(6)],
            "category": ["护肤"] * 5 + ["女装"],
            "brand": ["甲", "甲", "乙", "乙", "", "丙"],
            "price_fen": PRICES,
        }
    )
    return ItemProfiles.of(ItemTable.from_frame(frame, np.eye(6, dtype=np.float32)))


ITEMS = items()

acts = st.builds(
    Act,
    event=st.sampled_from([*Event, "teleport"]),
    ts=st.one_of(
        st.floats(0, 90 * DAY), st.sampled_from([math.nan, math.inf, -math.inf, 400 * DAY])
    ),
    sku=st.sampled_from([*ITEMS.rows, "nowhere", ""]),
    value=st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)),
    id=st.sampled_from(["", "a", "b", "c", "d"]),
)
NOW = 100 * DAY


@given(st.lists(acts, max_size=30), st.integers(0, 30))
def test_event_by_event_is_exactly_what_all_from_scratch_is(told: list[Act], cut: int) -> None:
    whole = Portrait.of(told, ITEMS, NOW)
    part = Portrait.of(told[:cut], ITEMS, NOW)
    # In between it may have been put away and taken out again.
    part = unpack(pack(part))
    for act in told[cut:]:
        part = part.after(act, ITEMS, NOW)
    assert part == whole
    assert unpack(pack(whole)) == whole


def _sound(told: list[Act]) -> list[Act]:
    """The events that count: of a repeated id the first (there are fewer than REMEMBERED)."""
    seen: set[str] = set()
    kept = []
    for act in told:
        if math.isfinite(act.ts) and act.ts <= NOW and not (act.id and act.id in seen):
            seen.add(act.id)
            kept.append(act)
    return kept


@given(st.lists(acts, min_size=1, max_size=30))
def test_decayed_sums_are_those_over_all_events_at_once(told: list[Act]) -> None:
    portrait = Portrait.of(told, ITEMS, NOW)
    kept = _sound(told)
    assert portrait.events == len(kept)
    if not kept:
        assert portrait == Portrait()
        return
    newest = max(act.ts for act in kept)
    assert (portrait.as_of, portrait.last) == (newest, newest)
    assert portrait.first == min(act.ts for act in kept)
    rows = np.array([ITEMS.rows.get(act.sku, -1) for act in kept])
    weight = np.array([touch_weight(act.event, act.value) for act in kept])
    weight *= 0.5 ** ((newest - np.array([act.ts for act in kept])) / HALF_LIFE_S)
    weight[rows < 0] = 0.0
    cream = float(weight[(rows >= 0) & (rows < 5)].sum())
    assert portrait.categories.get("护肤", 0.0) == pytest.approx(cream, rel=1e-9, abs=1e-300)
    priced = np.where((rows >= 0) & (rows < 5), weight, 0.0)
    assert sum(portrait.bands) == pytest.approx(priced.sum(), rel=1e-9, abs=1e-300)
    if priced.sum() > 0:
        power = (priced * np.nan_to_num(ITEMS.place)[rows]).sum() / priced.sum()
        assert portrait.power == pytest.approx(power, rel=1e-6)
    if weight.sum() > 0:
        mean = weight @ np.eye(6)[rows] / weight.sum()
        np.testing.assert_allclose(portrait.style_vector, mean, atol=0.02)


def test_sixteen_bits_are_enough_for_a_style() -> None:
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(200, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    frame = pd.DataFrame({"sku": [f"s{row}" for row in range(200)]})
    many = ItemProfiles.of(ItemTable.from_frame(frame, vectors))
    rows = rng.integers(200, size=2_000)
    portrait = Portrait.of([Act("view", 60.0 * i, f"s{row}") for i, row in enumerate(rows)], many)
    age = (1_999 - np.arange(2_000)) * 60.0
    exact = (0.5 ** (age / HALF_LIFE_S)) @ vectors[rows].astype(np.float64)
    cosine = portrait.style_vector @ exact / np.linalg.norm(exact)
    assert cosine / np.linalg.norm(portrait.style_vector) > 0.999


def test_an_order_and_its_payment_are_one_purchase_and_a_refund_takes_it_back() -> None:
    told = [Act("order", 1.0, "i0"), Act("pay", 2.0, "i0"), Act("pay", 3.0, "i4")]
    portrait = Portrait.of(told, ITEMS)
    assert (portrait.purchases, portrait.spent_fen, portrait.last_purchase) == (2, 6_000, 3.0)
    back = portrait.after(Act("refund", 4.0, "i4"), ITEMS)
    assert (back.purchases, back.spent_fen) == (1, 1_000)
    again = back.after(Act("refund", 5.0, "i4"), ITEMS)
    assert (again.purchases, again.spent_fen) == (1, 1_000), "what is not held cannot come back"
    stray = Portrait.of([Act("refund", 1.0, "i0")], ITEMS)
    assert (stray.purchases, stray.spent_fen) == (0, 0)
    unpriced = Portrait.of([Act("pay", 1.0, "i5")], ITEMS)
    assert (unpriced.purchases, unpriced.spent_fen) == (1, 0)


def test_what_cannot_be_is_left_out() -> None:
    told = Portrait.of([Act("view", 10.0, "i0", id="a")], ITEMS, now=20.0)
    for odd in (
        Act("pay", 21.0, "i0"),
        Act("pay", math.nan, "i0"),
        Act("pay", math.inf, "i0"),
        Act("pay", 11.0, "i0", id="a"),
    ):
        assert told.after(odd, ITEMS, now=20.0) is told


def test_an_unknown_item_is_activity_and_nothing_else() -> None:
    portrait = Portrait.of([Act("pay", 10.0, "nowhere")], ITEMS)
    assert portrait.events == 1
    assert portrait == replace(Portrait(), as_of=10.0, first=10.0, last=10.0, events=1, visits=1)


def test_ids_are_remembered_for_a_while() -> None:
    told = [Act("view", float(i), "i0", id=str(i)) for i in range(REMEMBERED + 1)]
    portrait = Portrait.of(told, ITEMS)
    assert portrait.after(told[-1], ITEMS) is portrait
    assert portrait.after(told[1], ITEMS) is portrait
    assert portrait.after(told[0], ITEMS).events == portrait.events + 1


def test_a_visit_ends_with_half_an_hour_of_silence() -> None:
    minutes = [0, 10, 39, 70, 60, 1_000]
    told = [Act("view", 60.0 * minute, "i0") for minute in minutes]
    assert Portrait.of(told, ITEMS).visits == 3


def test_names_do_not_grow_forever() -> None:
    n = 50
    frame = pd.DataFrame({"sku": [f"s{i}" for i in range(n)], "brand": [f"b{i}" for i in range(n)]})
    many = ItemProfiles.of(ItemTable.from_frame(frame, np.zeros((n, 2), dtype=np.float32)))
    told = [Act("view", float(i), f"s{i}") for i in range(n)] + [Act("cart", 99.0, "s3")] * 2
    brands = Portrait.of(told, many).brands
    assert len(brands) == KEPT
    assert max(brands, key=brands.__getitem__) == "b3"


def test_a_million_viewers_fit_into_a_gigabyte_and_a_half() -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(6, 384)).astype(np.float32)
    frame = pd.DataFrame(
        {"sku": list("abcdef"), "category": ["护肤"] * 6, "brand": list("甲乙丙丁戊己")}
    )
    shop = ItemProfiles.of(ItemTable.from_frame(frame, vectors))
    told = [Act("cart", float(i), "abcdef"[i % 6], id=f"event-{i}") for i in range(40)]
    assert len(pack(Portrait.of(told, shop))) < 1_500


@pytest.mark.parametrize("damaged", [b"", b"\x01", b"\x00" * 500])
def test_bytes_that_are_no_portrait_have_a_named_error(damaged: bytes) -> None:
    with pytest.raises(BadPortrait):
        unpack(damaged)
    whole = pack(Portrait.of([Act("pay", 1.0, "i0", id="x")], ITEMS))
    with pytest.raises(BadPortrait):
        unpack(whole[:-1])
    with pytest.raises(BadPortrait):
        unpack(b"\x09" + whole[1:])


def test_nobody_yet() -> None:
    nobody = Portrait.of([], ITEMS)
    assert nobody.last == NEVER
    assert nobody.style_vector.size == 0
    assert unpack(pack(nobody)) == nobody


def test_vectors_of_another_size_are_left_out() -> None:
    portrait = Portrait.of([Act("view", 1.0, "i0")], ITEMS)
    frame = pd.DataFrame({"sku": ["i0"]})
    other = ItemProfiles.of(ItemTable.from_frame(frame, np.ones((1, 9), dtype=np.float32)))
    assert portrait.after(Act("view", 2.0, "i0"), other).style == portrait.style


def test_times_are_utc_epochs() -> None:
    when = datetime(2026, 6, 1, tzinfo=UTC)
    assert Portrait.of([Act("view", when.timestamp())], ITEMS).last == when.timestamp()


def test_an_update_takes_a_millisecond_at_most() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "sku": [f"s{i}" for i in range(100)],
            "category": [f"c{i % 20}" for i in range(100)],
            "brand": [f"b{i}" for i in range(100)],
            "price_fen": range(100, 200),
        }
    )
    vectors = rng.normal(size=(100, 384)).astype(np.float32)
    shop = ItemProfiles.of(ItemTable.from_frame(frame, vectors))
    acts = [
        Act(["view", "cart", "pay", "refund"][i % 4], 60.0 * i, f"s{i % 100}", id=f"e{i}")
        for i in range(400)
    ]
    portrait = Portrait.of(acts, shop)
    seconds = []
    for i in range(300):
        began = time.perf_counter()
        portrait.after(Act("order", 1e6 + i, f"s{i % 100}", id=f"f{i}"), shop)
        seconds.append(time.perf_counter() - began)
    # The median, for other work on the machine must not decide it.
    assert float(np.median(seconds)) <= 0.001
