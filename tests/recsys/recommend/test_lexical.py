"""Words that a question shares with a text."""

from __future__ import annotations

import numpy as np

from recsys.recommend.lexical import BigramIndex, shared_words

TEXTS = ("控油面霜 油皮适用", "保湿面霜 干皮适用", "碎花连衣裙", "")


def test_the_rare_word_decides() -> None:
    scores = BigramIndex.of(TEXTS).scores("有没有适合油皮的面霜")
    assert scores is not None
    assert np.argsort(-scores)[:2].tolist() == [0, 1]
    assert 0 < scores[1] < scores[0] <= 1
    assert scores[2] == scores[3] == 0


def test_nothing_shared_is_no_opinion() -> None:
    assert BigramIndex.of(TEXTS).scores("吹风机") is None
    assert BigramIndex.of(TEXTS).scores("") is None
    assert BigramIndex.of(()).scores("面霜") is None


def test_a_chance_match_in_a_long_question_counts_for_little() -> None:
    index = BigramIndex.of(TEXTS)
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
