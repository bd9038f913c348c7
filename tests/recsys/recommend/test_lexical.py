"""Words that a question shares with a text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.recommend import Constraints, ItemTable
from recsys.recommend.constraints import mentioned
from recsys.recommend.lexical import TextIndex, shared_words

TEXTS = ("控油面霜 油皮适用", "保湿面霜 干皮适用", "碎花连衣裙", "")


def test_the_rare_word_decides() -> None:
    scores = TextIndex(TEXTS).scores("有没有适合油皮的面霜")
    assert scores is not None
    assert np.argsort(-scores)[:2].tolist() == [0, 1]
    assert 0 < scores[1] < scores[0] <= 1
    assert scores[2] == scores[3] == 0


def test_nothing_shared_is_no_opinion() -> None:
    assert TextIndex(TEXTS).scores("吹风机") is None
    assert TextIndex(TEXTS).scores("") is None
    assert TextIndex(()).scores("面霜") is None


def test_a_chance_match_in_a_long_question_counts_for_little() -> None:
    index = TextIndex(TEXTS)
    short, long = index.scores("面霜"), index.scores("主播你今天用面霜打底之后气色看起来不一样")
    assert short is not None
    assert long is not None
    assert long[0] < 0.5 * short[0]


def test_words_of_asking_are_not_shared_words() -> None:
    assert shared_words("有没有适合油皮的面霜推荐", TEXTS[0]) == ["油皮", "面霜"]
    assert shared_words("有没有适合油皮的面霜推荐", "保湿面霜,油皮慎用") == ["面霜"]
    assert shared_words("推荐一下", "推荐一下") == []


def test_a_very_long_question_is_read_at_its_beginning() -> None:
    assert shared_words("油皮" + "哈" * 100_000 + "面霜", TEXTS[0]) == ["油皮"]


# Pieces of which every kind of warning, clause end and overlap can be put together.
PIECES = "油皮 油 皮 慎 慎用 不 不适合 不建议 适合 勿 除外 忌 哈 哈哈哈哈 , 。 ; . a 面霜 𠮷"
written = st.lists(st.sampled_from([*PIECES.split(), " "]), max_size=14).map("".join)


@given(
    st.lists(written, max_size=5),
    st.sampled_from(
        ["油皮", "油", "油皮面霜", "皮|油皮", "哈哈", "慎用", "𠮷", "油 皮", "|", "缺"]
    ),
)
def test_the_index_finds_what_reading_every_text_finds(texts: list[str], word: str) -> None:
    found = TextIndex(texts).mentioning(word)
    assert found.tolist() == [bool(mentioned(text, word)) for text in texts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("油皮慎用", False),
        ("不适合敏感肌和油皮", False),
        ("不适合敏感肌。油皮可用", True),
        ("不适合" + "啊" * 12 + "油皮", False),
        ("不适合" + "啊" * 13 + "油皮", True),
        ("油皮都请勿用", False),
        ("油皮可以放心用,勿晒", True),
        ("油皮可用,油皮敏感期慎用", False),
    ],
)
def test_a_warning_is_no_mention(text: str, found: bool) -> None:
    assert TextIndex(["前一条", text, ""]).mentioning("油皮").tolist() == [False, found, False]


def test_texts_do_not_run_into_each_other() -> None:
    index = TextIndex(["不适合油", "皮肤油", "皮", "不建议", "油皮"])
    assert index.mentioning("油皮").tolist() == [False, False, False, False, True]


def test_more_words_than_are_kept_are_still_found() -> None:
    index = TextIndex([f"第{row}号商品" for row in range(100)])
    for _ in range(2):
        for row in range(100):
            assert np.flatnonzero(index.mentioning(f"第{row}号")).tolist() == [row]


def test_what_is_kept_of_a_word_does_not_change_with_the_constraints_around_it() -> None:
    items = ItemTable.from_frame(
        pd.DataFrame({"sku": ["a", "b"], "title": ["面霜", "面霜"], "price_fen": [100, 900]}),
        np.zeros((2, 2), dtype=np.float32),
    )
    all_here = np.ones(2, dtype=bool)
    cheap = Constraints(max_price_fen=500, words=("面霜",))
    for _ in range(2):
        assert items.satisfying(cheap, all_here).tolist() == [True, False]
        assert items.satisfying(Constraints(words=("面霜",)), all_here).tolist() == [True, True]
