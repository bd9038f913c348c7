"""Pairs by hand, and what must never become one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.mining.cross_sell import LEAST_BUYERS, MOST_PER_BUYER, CrossSell, NoPairs, mined


def bought(**baskets: str) -> pd.DataFrame:
    rows = [(viewer, sku) for viewer, skus in baskets.items() for sku in skus]
    return pd.DataFrame(rows, columns=["viewer", "sku"])


def test_support_confidence_and_lift_by_hand() -> None:
    # a: 4 buyers, b: 3, c: 5; a and b together: 3; a and c: 1; of 8 buyers.
    found = mined(bought(v1="ab", v2="ab", v3="abc", v4="a", v5="c", v6="c", v7="c", v8="c"))
    (pair,) = found.after("a")
    assert (pair.right, pair.both, pair.left_buyers, pair.right_buyers, pair.total) == (
        "b", 3, 4, 3, 8,
    )  # fmt: skip
    assert pair.support == pytest.approx(3 / 8)
    assert pair.confidence == pytest.approx(3 / 4)
    assert pair.lift == pytest.approx((3 / 4) / (3 / 8))
    assert found.after("b") == (pair.turned,)
    assert found.after("c") == found.after("nobody's") == ()
    # As a bundle it leads from b to a: every buyer of b bought a, not the other way round.
    assert [(p.left, p.right, p.confidence) for p in found.bundles()] == [("b", "a", 1.0)]


def test_what_everybody_buys_goes_with_nothing() -> None:
    everybody = bought(**{f"v{n}": "ab" if n < 5 else "a" for n in range(10)})
    assert mined(everybody).pairs == ()  # lift 1: all buy a anyway


def test_few_buyers_repeats_and_resellers_make_no_pair() -> None:
    rare = bought(v1="ab", v2="ab", v3="c", v4="d")
    assert LEAST_BUYERS == 3
    assert mined(rare).pairs == ()
    often = pd.concat([rare] * 5)  # the same two buyers again and again
    assert mined(often).pairs == ()
    huge = pd.DataFrame(
        [(f"v{v}", f"s{s}") for v in range(5) for s in range(MOST_PER_BUYER + 1)],
        columns=["viewer", "sku"],
    )
    assert mined(huge).pairs == ()


def test_nothing_bought_and_missing_values_give_nothing() -> None:
    assert mined(bought()).pairs == ()
    assert mined(pd.DataFrame({"viewer": ["v", None], "sku": [None, "a"]})).pairs == ()


def test_a_pair_agrees_with_counting_by_sets() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "viewer": rng.integers(0, 60, 600).astype(str),
            "sku": rng.integers(0, 15, 600).astype(str),
        }
    )
    buyers = {sku: set(part["viewer"]) for sku, part in frame.groupby("sku")}
    found = mined(frame, least_lift=1.0).pairs
    assert found
    for pair in found:
        assert pair.both == len(buyers[pair.left] & buyers[pair.right])
        assert pair.left_buyers == len(buyers[pair.left])
        assert pair.total == frame["viewer"].nunique()


def test_saved_and_loaded_are_the_same(tmp_path: Path) -> None:
    found = mined(bought(v1="ab", v2="ab", v3="ab", v4="c"))
    found.save(tmp_path / "new" / "pairs.json")
    assert CrossSell.load(tmp_path / "new" / "pairs.json").pairs == found.pairs
    (tmp_path / "bad.json").write_text('{"format": 99}')
    for name in ("bad.json", "none.json"):
        with pytest.raises(NoPairs):
            CrossSell.load(tmp_path / name)
