"""Vectors kept between trainings: right, only for their encoder, and never in the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rasa_project.comments import Comment, read_comments
from rasa_project.vector_cache import NLU, encode_cached


class Counting:
    """An encoder of two dimensions that notes what it was asked."""

    dim = 2

    def __init__(self, fingerprint: str = "a") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> Any:
        self.asked += texts
        return np.array([[len(text), 1.0] for text in texts], np.float32)


def test_only_new_texts_are_encoded(tmp_path: Path) -> None:
    encoder: Any = Counting()
    encode_cached(encoder, ["一", "二二"], tmp_path)
    vectors = encode_cached(encoder, ["三三三", "二二", "一"], tmp_path)
    assert encoder.asked == ["一", "二二", "三三三"]
    assert vectors[:, 0].tolist() == [3, 2, 1]


def test_another_encoder_shares_nothing(tmp_path: Path) -> None:
    encode_cached(Counting("a"), ["一"], tmp_path)  # type: ignore[arg-type]
    other: Any = Counting("b")
    encode_cached(other, ["一"], tmp_path)
    assert other.asked == ["一"]


def test_a_damaged_file_costs_only_time(tmp_path: Path) -> None:
    encoder: Any = Counting()
    encode_cached(encoder, ["一"], tmp_path)
    next(tmp_path.glob("vectors-*.npz")).write_bytes(b"half")
    assert encode_cached(encoder, ["一"], tmp_path)[0, 0] == 1
    assert encoder.asked == ["一", "一"]


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    encoder: Any = Counting()
    assert len(encode_cached(encoder, ["一"], tmp_path / "file")) == 1


def test_the_set_up_encodes_what_training_will_ask_for(tmp_path: Path) -> None:
    folder = tmp_path / "nlu"
    folder.mkdir()
    (folder / "a.yml").write_text(
        "nlu:\n- intent: ask_price\n  examples: |\n    - 多少米\n    - 肿么卖 a: b\n",
        "utf-8",
    )
    assert list(read_comments(folder)) == [
        Comment("多少钱", "ask_price", "a.yml"),
        Comment("怎么卖 a: b", "ask_price", "a.yml"),
    ]
    assert sum(1 for _ in read_comments(NLU)) > 7000


def test_progress_is_told_of_the_new_ones(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    encoder: Any = Counting()
    encode_cached(encoder, ["一"], tmp_path)
    encode_cached(encoder, ["一", "二二", "三三三"], tmp_path, lambda *now: told.append(now))
    assert told == [(2, 2)]
