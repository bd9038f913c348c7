"""Folding, slang and numbers."""

from __future__ import annotations

import pytest

from rasa_project.entities.numbers import parse, parse_chinese
from rasa_project.language.clauses import clauses
from rasa_project.language.fold import fold
from rasa_project.language.script import simplified
from rasa_project.language.slang import SLANG, plain


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("多少米呀", "多少钱呀"),
        ("肿么用", "怎么用"),
        ("木有了吗", "没有了吗"),
        ("介个好看", "这个好看"),
        ("包油吗", "包邮吗"),
        ("造吗", "知道吗"),
        ("請問這款多少錢", "请问这款多少钱"),
        ("ＸＬ有吗？？", "xl有吗"),
        ("886", "再见"),
        ("订单18862", "订单18862"),
        ("步伐", "步伐"),
        ("", ""),
        ("😂", "😂"),
    ],
)
def test_plain(comment: str, expected: str) -> None:
    assert plain(comment) == expected


def test_slang_says_something_else_than_it_is_written() -> None:
    assert all(word != meaning for word, meaning in SLANG.items())
    assert all(plain(meaning) == meaning for meaning in SLANG.values())


def test_fold_traces_every_character_back() -> None:
    for comment in ("㎏½ﬃ３號鏈接", "a\u0301b", "", "😂👍🏻"):
        folded = fold(comment)
        assert len(folded.origin) == len(folded.text)
        assert all(0 <= index < len(comment) for index in folded.origin)
        assert list(folded.origin) == sorted(folded.origin)
    assert fold("㎏").text == "kg"
    assert fold("㎏").span(0, 2) == (0, 1)


def test_simplified_reads_words_not_only_characters() -> None:
    assert simplified("這個顏色發貨嗎") == "这个颜色发货吗"
    assert simplified("abc 123") == "abc 123"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("十", 10), ("十五", 15), ("二十", 20), ("两百", 200), ("一百五", 150), ("一百零五", 105),
        ("一百一十", 110), ("一千二", 1200), ("一千零二十", 1020), ("三万五", 35_000),
        ("一六五", 165), ("壹佰", 100), ("零", 0), ("俩", 2), ("百", 100), ("十万", 100_000),
        ("一二百", None), ("", None), ("abc", None),
    ],
)  # fmt: skip
def test_chinese_numbers(written: str, value: int | None) -> None:
    assert parse_chinese(written) == value


def test_either_kind_of_number() -> None:
    assert (parse("99.9"), parse("两百"), parse("很多")) == (99.9, 200.0, None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("多少钱，包邮吗", ["多少钱", "包邮吗"]),
        ("多少钱 包邮吗 几天到", ["多少钱", "包邮吗", "几天到"]),
        ("165 110斤穿什么码", ["165", "110斤穿什么码"]),
        ("好，多少钱", []),
        ("99.9包邮吗", []),
        ("有没有黑色？？？", []),
        ("", []),
        ("a b c d", []),
    ],
)
def test_clauses(text: str, parts: list[str]) -> None:
    assert clauses(text) == parts
