"""Single rules and parts, by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from recsys.ranking import (
    PARTS,
    BadRules,
    BadSteps,
    Candidates,
    Facts,
    Moment,
    Ranked,
    Rules,
    Step,
    Weights,
    rank,
    step_at,
)
from recsys.ranking.rank import DRAWN_FROM
from recsys.ranking.steps import checked
from recsys.recommend import ItemTable, Recommendation
from tests.recsys.ranking.conftest import candidates, item

PLAIN = Weights({})


def skus(ranked: Ranked) -> list[str]:
    return [one.sku for one in ranked.shown]


def only(name: str) -> Weights:
    """This part alone, beside a touch of relevance."""
    return Weights({part: float(part == name) for part in PARTS} | {"relevance": 0.1})


def test_each_part_moves_what_it_is_about() -> None:
    shelf = candidates(
        item("plain"),
        item("scarce", stock=1),
        item("rich", cost_fen=1_000),
        item("new", age_days=0.0),
        item("air", category="护肤"),
        item("clicked"),
        item("asked"),
        item("together"),
        item("due", category="纸品"),
    )
    moment = Moment(
        on_air="A", on_air_title="面霜", on_air_category="护肤", clicks={"clicked": 3, "plain": 1},
        questions={"asked": 2}, together={"together": 0.4}, together_buyers={"together": 6},
        bought_days={"due": 40.0},
    )  # fmt: skip
    rules = Rules(due_days={"纸品": 30})
    firsts = {name: rank(shelf, moment, rules, only(name), 1).shown[0] for name in PARTS}
    assert {name: one.sku for name, one in firsts.items()} == {
        "relevance": "plain", "on_air": "air", "together": "together", "clicks": "clicked",
        "questions": "asked", "due": "due", "scarce": "scarce", "margin": "rich", "fresh": "new",
    }  # fmt: skip
    assert firsts["due"].reason == "您上次买这款是40天前，用得差不多可以补货了"
    assert firsts["together"].reason == "买过「面霜」的顾客里，有6位也买了这款"
    # The recommender had evidence of its own; what is merely watched does not speak over it.
    assert firsts["clicks"].reason == "因为clicked"
    assert firsts["margin"].reason == "因为rich"


def test_values_are_those_of_the_table() -> None:
    shelf = candidates(
        item("a", stock=1, cost_fen=4_000, age_days=14.0),
        item("b", stock=10, cost_fen=None, age_days=None),
        item("c", stock=11, cost_fen=30_000, price_fen=10_000, age_days=0.0),
    )
    moment = Moment(clicks={"a": 1, "b": 3}, bought_days={})
    found = {one.sku: {p.name: p.value for p in one.parts} for one in
             rank(shelf, moment, Rules(), PLAIN, 3).shown}  # fmt: skip
    assert [found[s]["scarce"] for s in "abc"] == pytest.approx([1.0, 0.1, 0.0])
    assert [found[s]["margin"] for s in "abc"] == pytest.approx([0.6, 0.0, -1.0])
    assert [found[s]["fresh"] for s in "abc"] == pytest.approx([0.5, 0.0, 1.0])
    assert [found[s]["clicks"] for s in "abc"] == pytest.approx([0.5, 1.0, 0.0])
    assert [found[s]["relevance"] for s in "abc"] == pytest.approx([1.0, 2 / 3, 1 / 3])


def test_what_is_dropped_names_its_rule() -> None:
    shelf = candidates(
        item("off", listed=False), item("out", stock=0), item("hidden"),
        item("kind", category="赠"), item("cheap", price_fen=50), item("dear", price_fen=99_900),
        item("unknown", price_fen=None), item("owned"), item("early", category="纸品"),
        item("ok1", brand="润"), item("ok2", brand="润"),
    )  # fmt: skip
    rules = Rules(
        hidden=frozenset({"hidden"}), hidden_categories=frozenset({"赠"}), min_price_fen=100,
        max_price_fen=50_000, due_days={"纸品": 30}, brand_caps={"": 1},
    )  # fmt: skip
    ranked = rank(shelf, Moment(bought_days={"owned": 400, "early": 29}), rules, PLAIN, 5)
    assert skus(ranked) == ["ok1"]
    assert {one.sku: one.rule for one in ranked.dropped} == {
        "off": "off_shelf", "out": "sold_out", "hidden": "hide", "kind": "hide_category",
        "cheap": "price_min", "dear": "price_max", "unknown": "price_min", "owned": "bought",
        "early": "due", "ok2": "brand_cap",
    }  # fmt: skip


def test_a_pin_comes_first_says_so_without_evidence_and_bows_to_hiding_and_caps() -> None:
    shelf = candidates(
        item("a", category="护肤"), item("b", category="护肤"), item("c", category="护肤")
    )
    shelf = Candidates(shelf.facts, ("因为a", "因为b", ""), shelf.relevance, shelf.vectors)
    ranked = rank(shelf, Moment(), Rules(pins=("c", "x", "b")), PLAIN, 3)
    assert skus(ranked) == ["c", "b", "a"]
    assert [one.rules for one in ranked.shown] == [("pin",), ("pin",), ()]
    assert [one.reason for one in ranked.shown] == ["店家主推的这款，先给您看看", "因为b", "因为a"]
    hidden = Rules(pins=("c", "b"), hidden=frozenset({"c"}), category_caps={"护肤": 1})
    ranked = rank(shelf, Moment(), hidden, PLAIN, 3)
    assert skus(ranked) == ["b"]
    assert {one.sku: one.rule for one in ranked.dropped} == {"c": "hide", "a": "category_cap"}


def test_variety_prefers_what_is_unlike() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    shelf = candidates(item("dress1"), item("dress2"), item("cream"), vectors=vectors)
    assert skus(rank(shelf, Moment(), Rules(variety=0.0), PLAIN, 2)) == ["dress1", "dress2"]
    assert skus(rank(shelf, Moment(), Rules(variety=0.6), PLAIN, 2)) == ["dress1", "cream"]


def test_chance_is_as_often_as_its_propensity_says() -> None:
    shelf = candidates(*(item(f"s{n}") for n in range(20)))
    seen: Counter[str] = Counter()
    told: dict[str, float] = {}
    times = 4_000
    for seed in range(times):
        first = rank(shelf, Moment(), Rules(), PLAIN, 1, explore=0.4, seed=seed).shown[0]
        seen[first.sku] += 1
        told[first.sku] = first.propensity
    assert set(seen) == {f"s{n}" for n in range(DRAWN_FROM)}
    assert sum(told.values()) == pytest.approx(1.0)
    for sku, propensity in told.items():
        error = 4 * (propensity * (1 - propensity) / times) ** 0.5
        assert seen[sku] / times == pytest.approx(propensity, abs=error)


def test_what_is_logged_tells_what_another_policy_would_have_earned() -> None:
    """IPS over logged propensities finds the click rate of lists without chance, and of others."""
    shelf = candidates(*(item(f"s{n}") for n in range(10)))
    true = {f"s{n}": 0.5 - 0.04 * n for n in range(10)}
    rng = np.random.default_rng(4)
    rows = []
    for seed in range(6_000):
        first = rank(shelf, Moment(), Rules(), PLAIN, 1, explore=0.6, seed=seed).shown[0]
        rows.append((first.sku, first.propensity, rng.random() < true[first.sku]))
    for wanted in ("s0", "s3"):
        worth = [clicked / chance if sku == wanted else 0.0 for sku, chance, clicked in rows]
        error = 4 * float(np.std(worth)) / len(rows) ** 0.5
        assert np.mean(worth) == pytest.approx(true[wanted], abs=error)
    naive = np.mean([clicked for _, _, clicked in rows])
    assert abs(naive - true["s0"]) > 0.03  # what was logged is not what would be earned


def test_the_ladder_rises_with_the_stay() -> None:
    ladder = checked((Step(0, 2, 0.0), Step(60, 4, 0.3)))
    assert step_at(ladder, -5).k == step_at(ladder, 59.9).k == step_at(ladder, float("nan")).k == 2
    assert step_at(ladder, 60) == Step(60, 4, 0.3)


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step(5, 3, 0.0),),
        (Step(0, 0, 0.0),),
        (Step(0, 11, 0.0),),
        (Step(0, 3, 1.1),),
        (Step(0, 3, 0.0), Step(0, 4, 0.0)),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused(steps: tuple[Step, ...]) -> None:
    with pytest.raises(BadSteps):
        checked(steps)


def test_rules_that_make_no_sense_are_refused() -> None:
    for bad in ({"category_caps": {"": 0}}, {"due_days": {"": -1}}, {"variety": 1.5}):
        with pytest.raises(BadRules):
            Rules(**bad)  # type: ignore[arg-type]


def test_candidates_come_from_what_was_proposed_and_what_the_shop_still_has() -> None:
    frame = pd.DataFrame(
        {"sku": ["a", "b", "c"], "price_fen": [100, None, 300], "stock": [1, 2, 0]}
    )
    items = ItemTable.from_frame(frame, np.ones((3, 2), dtype=np.float32))
    proposed = [Recommendation(s, 1.0, f"因为{s}") for s in ("b", "a", "b", "gone")]
    made = Candidates.of(proposed, items)
    assert made.skus == ("b", "a")
    assert [one.price_fen for one in made.facts] == [None, 100]
    assert not made.vectors.any()  # what all share makes nothing alike
    assert Candidates.of(proposed, items, {"a": Facts("a", stock=9)}).skus == ("a",)
    assert len(Candidates.of([], items)) == 0
    assert rank(Candidates.of([], items), Moment(), Rules(), PLAIN, 3) == Ranked((), ())
