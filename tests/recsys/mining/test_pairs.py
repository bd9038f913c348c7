"""Rules between pairs, against counts by hand."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.mining.pairs import pair_rules


def test_support_confidence_and_lift_by_hand() -> None:
    # Baskets: {0, 1}, {0, 1, 2}, {0}, {2}; item 1 twice in the second.
    basket = np.array([0, 0, 1, 1, 1, 1, 2, 3])
    item = np.array([0, 1, 0, 1, 1, 2, 0, 2])
    found = pair_rules(basket, item, 3, least=2)
    assert sorted(zip(found.left, found.right, found.together, strict=True)) == [
        (0, 1, 2), (1, 0, 2),
    ]  # fmt: skip
    assert (found.held.tolist(), found.total) == ([3, 2, 2], 4)
    assert found.confidence[found.left == 0] == pytest.approx([2 / 3])
    assert found.confidence[found.left == 1] == pytest.approx([1.0])
    assert found.lift == pytest.approx([4 / 3, 4 / 3])
    assert len(found.where(found.confidence > 0.9).left) == 1


def test_nothing_bought_gives_no_rules() -> None:
    nothing = np.array([], dtype=np.int64)
    found = pair_rules(nothing, nothing, 3, least=1)
    assert (len(found.left), found.total, found.held.tolist()) == (0, 0, [0, 0, 0])
    assert len(found.lift) == 0
