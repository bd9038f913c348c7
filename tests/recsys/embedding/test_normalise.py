from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.embedding.text import normalise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＸＬ还有吗？？？", "xl还有吗"),
        ("  3号链接\t多少钱 \n", "3号链接 多少钱"),
        ("“这个”多少钱！", "这个”多少钱"),
        ("好看👍🏻", "好看👍"),
        ("❤️", "❤"),
        ("零\u200b宽", "零宽"),
        ("打几折~~~", "打几折"),
        ("棉95%", "棉95%"),
        ("#3有吗", "#3有吗"),
        ("175/92A", "175/92a"),
        ("。。。？！", ""),
        ("", ""),
        ("坏\ud83d字", "坏字"),
        ("①号", "1号"),
    ],
)
def test_normal_form(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_spellings_of_one_question_compare_equal() -> None:
    variants = ["XL还有货吗？", "ｘｌ还有货吗", " xl还有货吗!! ", "Xl还有货吗～"]
    assert len({normalise(text) for text in variants}) == 1


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_result_encodes_and_has_no_double_blank(text: str) -> None:
    result = normalise(text)
    result.encode("utf-8")
    assert "  " not in result
    assert result == result.strip()
