"""A word in a warning is not a promise."""

from __future__ import annotations

import pytest

from recsys.recommend.constraints import NO_CONSTRAINTS, Constraints, mentioned


@pytest.mark.parametrize(
    ("text", "word", "found"),
    [
        ("适合油皮", "油皮", "油皮"),
        ("适合油性肌肤", "油皮|油性", "油性"),
        ("油皮慎用", "油皮", ""),
        ("不建议油皮", "油皮", ""),
        ("不适合:敏感肌、油皮", "油皮", ""),
        ("不适合极干皮 适合肤质油皮", "油皮", "油皮"),
        ("不适合敏感肌;油皮可用", "油皮", "油皮"),
        ("不挑肤质,油皮可用", "油皮", "油皮"),
        ("a(b", "a(b", "a(b"),
        ("任何", "", ""),
        ("任何", "|", ""),
    ],
)
def test_mentioned(text: str, word: str, found: str) -> None:
    assert mentioned(text, word) == found


def test_no_constraint_is_false() -> None:
    assert not NO_CONSTRAINTS
    assert Constraints(max_price_fen=0)
