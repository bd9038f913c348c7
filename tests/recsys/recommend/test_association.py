"""Rules by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from recsys.recommend import AssociationRecommender, ItemTable, Query
from recsys.recommend.association import AssociationConfig

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ITEMS = ItemTable.from_frame(
    pd.DataFrame({"sku": list("abcd"), "title": ["甲", "乙", "丙", "丁"]}),
    np.zeros((4, 1), dtype=np.float32),
)


def bought(*baskets: str, event: str = "order") -> pd.DataFrame:
    rows = [
        (f"v{n}", sku, event, NOW - timedelta(days=n + 1))
        for n, basket in enumerate(baskets)
        for sku in basket
    ]
    return pd.DataFrame(rows, columns=["viewer", "sku", "event", "ts"])


def test_support_confidence_lift() -> None:
    # Of four baskets two hold a and b; a is in three of them, b in two.
    model = AssociationRecommender().fit(ITEMS, bought("ab", "ab", "ac", "d"), now=NOW)
    rules = model.rules().set_index(["sku", "also"])
    assert len(rules) == 2
    assert rules.loc[("a", "b")].to_dict() == pytest.approx(
        {"baskets": 2, "support": 0.5, "confidence": 2 / 3, "lift": (2 / 3) / 0.5}
    )
    assert rules.loc[("b", "a"), "confidence"] == pytest.approx(1.0)
    assert rules.loc[("b", "a"), "lift"] == pytest.approx(1.0 / 0.75)


def test_what_was_only_looked_at_makes_no_rule() -> None:
    model = AssociationRecommender().fit(ITEMS, bought("ab", "ab", "cd", event="view"), now=NOW)
    assert model.rules().empty
    assert model.scores(Query(history=(("a", "view", NOW),), now=NOW)) is None


def test_an_order_and_its_payment_are_one_purchase() -> None:
    twice = pd.concat([bought("ab", "ab", "cd"), bought("ab", "ab", "cd", event="pay")])
    rules = AssociationRecommender().fit(ITEMS, twice, now=NOW).rules()
    assert set(rules["baskets"]) == {2}


def test_purchases_of_another_week_are_another_basket() -> None:
    rows = [
        ("v", sku, "order", NOW - timedelta(days=days))
        for days, skus in ((30, "ab"), (20, "ab"), (10, "c"), (9.9, "d"))
        for sku in skus
    ]
    frame = pd.DataFrame(rows, columns=["viewer", "sku", "event", "ts"])
    model = AssociationRecommender(AssociationConfig(least=1)).fit(ITEMS, frame, now=NOW)
    rules = model.rules().set_index(["sku", "also"])
    assert rules.loc[("a", "b"), "support"] == pytest.approx(2 / 3)
    assert ("c", "d") in rules.index
    assert ("a", "c") not in rules.index


def test_pairs_that_lift_nothing_make_no_rule() -> None:
    # Everybody buys a, so that buying b says nothing of it.
    model = AssociationRecommender().fit(ITEMS, bought("ab", "ab", "ac", "ac"), now=NOW)
    assert model.rules().empty


def test_what_is_on_air_sells_what_goes_with_it_and_says_why() -> None:
    model = AssociationRecommender().fit(ITEMS, bought("ab", "ab", "cd"), now=NOW)
    [one] = [r for r in model.recommend(Query(now=NOW, on_air="a"), 3) if r.score > 0]
    assert one.sku == "b"
    assert one.reason == "买「甲」的订单里有2单也买了这款"
