"""The texts an encoder was tuned on are known again, and no others."""

from __future__ import annotations

from pathlib import Path

from recsys.embedding.tuned import TunedTexts, write_tuned


def test_texts_are_known_again_in_any_dress(tmp_path: Path) -> None:
    write_tuned(tmp_path, ["多少钱", "还有货吗", "还有货吗！"])
    tuned = TunedTexts.read(tmp_path)
    assert len(tuned) == 2
    assert "多少钱" in tuned
    assert "多少钱？？" in tuned
    assert "多少" not in tuned


def test_an_encoder_that_was_not_tuned_has_seen_nothing(tmp_path: Path) -> None:
    tuned = TunedTexts.read(tmp_path)
    assert len(tuned) == 0
    assert "多少钱" not in tuned
