"""Groups of questions, on vectors whose groups the eye can see."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.mining import Asked, group_questions


def vectors(*angles: float) -> np.ndarray:
    """Unit vectors at these angles, in degrees."""
    turned = np.radians(angles)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def test_questions_that_point_the_same_way_are_one_group() -> None:
    asked = [Asked("会不会掉色"), Asked("几点下播"), Asked("褪色吗"), Asked("洗了掉色不")]
    groups = group_questions(asked, vectors(0, 90, 10, 5))
    assert [group.rows for group in groups] == [(0, 2, 3), (1,)]
    assert groups[0].title == "洗了掉色不"  # in the middle


def test_equal_texts_are_one_question_however_written() -> None:
    asked = [Asked("掉色吗"), Asked("掉色吗？？"), Asked("几点下播")]
    groups = group_questions(asked, vectors(0, 0, 90))
    assert [len(group.rows) for group in groups] == [2, 1]


def test_the_heaviest_comes_first_then_the_newest() -> None:
    asked = [Asked("a", 1, 5), Asked("b", 1, 9), Asked("c", 3, 1)]
    titles = [group.title for group in group_questions(asked, vectors(0, 90, 180))]
    assert titles == ["c", "b", "a"]


def test_nothing_and_one_thing() -> None:
    assert group_questions([], np.empty((0, 2), np.float32)) == []
    assert group_questions([Asked("a")], vectors(0))[0].rows == (0,)


def test_vectors_must_fit_the_questions() -> None:
    with pytest.raises(ValueError, match="1 questions, 2 vectors"):
        group_questions([Asked("a")], vectors(0, 1))


def test_order_of_the_input_does_not_change_the_groups() -> None:
    asked = [Asked(letter) for letter in "abcdef"]
    angles = [0, 8, 90, 97, 180, 184]
    forward = group_questions(asked, vectors(*angles))
    backward = group_questions(asked[::-1], vectors(*angles[::-1]))
    named = [{frozenset(asked[row].text for row in g.rows) for g in forward}]
    named.append({frozenset(asked[::-1][row].text for row in g.rows) for g in backward})
    assert named[0] == named[1]
