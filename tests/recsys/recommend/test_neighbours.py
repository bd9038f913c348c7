"""Short lists of neighbours by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from recsys.recommend.alike import content_neighbours
from recsys.recommend.neighbours import Neighbours
from recsys.recommend.trail import Trail, co_viewers

SIMILAR = sp.csr_matrix(np.array([[9.0, 1, 3, 2], [0, 0, 0, 0], [5, 5, 0, 0], [0, 0, 1, 0]]))
SEEN = sp.csr_matrix(np.array([[1.0, 1, 1, 0], [1, 0, 1, 1]]))


def lists(made: Neighbours) -> list[list[int]]:
    return [made.ids[made.start[i] : made.start[i + 1]].tolist() for i in range(len(made))]


def test_the_strongest_are_kept_never_the_item_itself() -> None:
    made = Neighbours.of(SIMILAR, co_viewers(SEEN), top=2)
    assert [sorted(one) for one in lists(made)] == [[2, 3], [], [0, 1], [2]]
    assert lists(Neighbours.of(SIMILAR, co_viewers(SEEN), top=1))[2] == [0]


def test_sums_and_who_spoke() -> None:
    made = Neighbours.of(SIMILAR, co_viewers(SEEN), top=2)
    trail = Trail(np.array([0, 2]), np.ones(2))
    scores = np.zeros(4)
    spoken = made.add_to(scores, trail, np.array([0.5, 1.0]))
    assert scores.tolist() == [5.0, 5.0, 1.5, 1.0]
    assert set(spoken.tolist()) == {0, 1, 2, 3}


def test_toward_tells_strength_and_viewers_of_each_pair() -> None:
    made = Neighbours.of(SIMILAR, co_viewers(SEEN), top=2)
    value, together = made.toward(np.array([0, 1, 2]), np.array([3, 0, 1]))
    assert value.tolist() == [[2, 0, 0], [0, 0, 0], [0, 5, 5]]
    assert together.tolist() == [[1, 0, 0], [0, 0, 0], [0, 2, 1]]


def test_what_does_not_hold_together_is_refused() -> None:
    arrays = Neighbours.of(SIMILAR, co_viewers(SEEN), top=2).arrays()
    assert lists(Neighbours.restored(arrays, 4)) == lists(Neighbours.of(SIMILAR, SEEN.T @ SEEN, 2))
    for name, value in (("ids", arrays["ids"] + 9), ("value", arrays["value"][:1])):
        with pytest.raises(ValueError, match="neighbours"):
            Neighbours.restored(arrays | {name: value}, 4)
    with pytest.raises(ValueError, match="5 wanted"):
        Neighbours.restored(arrays, 5)


def test_content_neighbours_point_the_same_way() -> None:
    vectors = np.array([[1, 0], [1, 0.1], [0, 1], [0.1, 1]], dtype=np.float32)
    made = content_neighbours(vectors)
    assert lists(made) == [[1], [0], [3], [2]]
    assert lists(content_neighbours(np.zeros((3, 1), dtype=np.float32))) == [[], [], []]
    assert len(content_neighbours(np.zeros((0, 4), dtype=np.float32))) == 0
