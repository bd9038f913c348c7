"""What holds for every list, whatever the shop, the rules and the moment."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.ranking import PARTS, Candidates, Facts, Moment, Ranked, Rules, Weights, rank
from recsys.ranking.parts import broken_down

SKUS = [f"s{n}" for n in range(12)]
CATEGORIES = ["", "护肤", "女装", "零食"]
BRANDS = ["", "润", "满衣"]

skus = st.sampled_from(SKUS)
caps = st.dictionaries(st.sampled_from(CATEGORIES), st.integers(1, 3))
facts = st.builds(
    Facts,
    sku=skus,
    category=st.sampled_from(CATEGORIES),
    brand=st.sampled_from(BRANDS),
    price_fen=st.none() | st.integers(0, 50_000),
    cost_fen=st.none() | st.integers(0, 60_000),
    stock=st.integers(0, 15),
    listed=st.booleans(),
    age_days=st.none() | st.floats(-5, 400),
)


@st.composite
def proposals(draw: st.DrawFn) -> Candidates:
    chosen = draw(st.lists(facts, max_size=12, unique_by=lambda one: one.sku))
    n = len(chosen)
    vectors = np.array(
        draw(st.lists(st.tuples(*[st.floats(-1, 1)] * 3), min_size=n, max_size=n)), dtype=np.float32
    ).reshape(n, 3)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return Candidates(tuple(chosen), ("因为",) * n, 1.0 - np.arange(n) / max(n, 1), vectors)


moments = st.builds(
    Moment,
    on_air_category=st.sampled_from(CATEGORIES),
    clicks=st.dictionaries(skus, st.integers(0, 99)),
    questions=st.dictionaries(skus, st.integers(0, 99)),
    together=st.dictionaries(skus, st.floats(0, 1)),
    bought_days=st.dictionaries(skus, st.floats(0, 200)),
)
rules = st.builds(
    Rules,
    pins=st.lists(skus, max_size=4).map(tuple),
    hidden=st.frozensets(skus, max_size=4),
    hidden_categories=st.frozensets(st.sampled_from(CATEGORIES[1:]), max_size=1),
    due_days=st.dictionaries(st.sampled_from(CATEGORIES), st.floats(0, 90)),
    category_caps=caps,
    brand_caps=st.dictionaries(st.sampled_from(BRANDS), st.integers(1, 3)),
    min_price_fen=st.none() | st.integers(0, 20_000),
    max_price_fen=st.none() | st.integers(10_000, 60_000),
    variety=st.floats(0, 1),
)
weights = st.dictionaries(st.sampled_from(list(PARTS)), st.floats(-1, 1)).map(Weights)
calls = st.tuples(
    proposals(), moments, rules, weights, st.integers(-1, 8), st.floats(0, 1), st.integers(0, 2**32)
)
Call = tuple[Candidates, Moment, Rules, Weights, int, float, int]


def shown_facts(call: Call, ranked: Ranked) -> list[Facts]:
    known = {one.sku: one for one in call[0].facts}
    return [known[one.sku] for one in ranked.shown]


@given(calls)
@settings(max_examples=120, deadline=None)
def test_nothing_is_shown_that_may_not_be(call: Call) -> None:
    _, moment, rule, _, k, _, _ = call
    ranked = rank(*call)
    assert len(ranked.shown) <= max(k, 0)
    assert len({one.sku for one in ranked.shown}) == len(ranked.shown)
    for one in shown_facts(call, ranked):
        assert one.listed
        assert one.stock > 0
        assert one.sku not in rule.hidden
        assert one.category not in rule.hidden_categories
        assert rule.min_price_fen is None or (one.price_fen or 0) >= rule.min_price_fen
        assert rule.max_price_fen is None or (one.price_fen or 0) <= rule.max_price_fen
        if one.sku in moment.bought_days:
            assert moment.bought_days[one.sku] >= rule.due_days[one.category]


@given(calls)
@settings(max_examples=80, deadline=None)
def test_caps_hold_over_all_else(call: Call) -> None:
    rule, found = call[2], shown_facts(call, rank(*call))
    for names, limits in (
        (Counter(one.category for one in found), rule.category_caps),
        (Counter(one.brand for one in found), rule.brand_caps),
    ):
        for name, count in names.items():
            assert not name or count <= limits.get(name, limits.get("", 99))


@given(calls)
@settings(max_examples=80, deadline=None)
def test_pins_come_first_in_their_order(call: Call) -> None:
    ranked = rank(*call)
    pinned = [place for place, one in enumerate(ranked.shown) if one.rules]
    assert pinned == list(range(len(pinned)))
    wanted = list(dict.fromkeys(call[2].pins))
    given_order = [wanted.index(ranked.shown[place].sku) for place in pinned]
    assert given_order == sorted(given_order)
    # None is missing but those that a rule or the length kept out.
    kept_out = {one.sku for one in ranked.dropped}
    missing = [s for s in wanted if s in call[0].skus and s not in kept_out]
    assert [one.sku for one in ranked.shown[: len(missing)]] == missing[: max(call[4], 0)]


@given(calls)
@settings(max_examples=80, deadline=None)
def test_the_same_again_gives_the_same_list(call: Call) -> None:
    assert rank(*call) == rank(*call)


@given(calls)
@settings(max_examples=80, deadline=None)
def test_points_add_up_and_propensities_are_chances(call: Call) -> None:
    for one in rank(*call).shown:
        assert one.score == pytest.approx(sum(part.points for part in one.parts), abs=1e-9)
        assert 0 < one.propensity <= 1
        assert one.reason


@given(proposals(), moments, weights, st.integers(1, 12))
@settings(max_examples=80, deadline=None)
def test_without_variety_the_list_is_in_the_order_of_the_score(
    proposed: Candidates, moment: Moment, weight: Weights, k: int
) -> None:
    rule = Rules(variety=0.0)
    scores, _ = broken_down(proposed, moment, rule, weight)
    shown = rank(proposed, moment, rule, weight, k).shown
    allowed = [
        row
        for row, one in enumerate(proposed.facts)
        if rule.refusal(one, moment.bought_days) is None
    ]
    best = sorted(allowed, key=lambda row: (-scores[row], row))[:k]
    assert [one.score for one in shown] == pytest.approx([scores[row] for row in best], abs=1e-8)


@given(proposals(), st.integers(1, 12))
def test_by_relevance_alone_the_recommenders_order_stays(proposed: Candidates, k: int) -> None:
    only = Weights({name: float(name == "relevance") for name in PARTS})
    shown = rank(proposed, Moment(), Rules(), only, k).shown
    free = [one.sku for one in proposed.facts if one.listed and one.stock > 0]
    assert [one.sku for one in shown] == free[:k]
