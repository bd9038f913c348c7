from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from recsys.embedding import Encoder
from recsys.embedding.phrases import PhraseColumns, PhraseIndex, SnapshotDamaged


@dataclass(frozen=True, slots=True)
class Row:
    text: str
    faq_id: str
    sku: str | None = None
    valid_from: datetime | str | None = None
    valid_to: datetime | str | None = None


ROWS = [
    Row("新疆西藏能发货吗", "F1"),
    Row("偏远地区要补邮费吗", "F1"),
    Row("下单后怎么改收货地址", "F2"),
    Row("地址填错了怎么办", "F2"),
    Row("可以开发票吗", "F3", "", datetime(2026, 1, 1, tzinfo=timezone.utc)),
    Row("粉底液持妆多久", "F4", "MU01", "", "2026-12-31T00:00:00+00:00"),
    Row("持妆多久", "F5", "MU02"),
]


@pytest.fixture(scope="module")
def index(encoder: Encoder) -> PhraseIndex:
    return PhraseIndex.build(ROWS, encoder)


def by_hand(
    vectors: list[list[float]], texts: tuple[str, ...], ids: tuple[str, ...]
) -> PhraseIndex:
    blank = ("",) * len(texts)
    columns = PhraseColumns(texts, ids, blank, blank, blank)
    return PhraseIndex(columns, np.array(vectors, dtype=np.float32), "by hand")


def test_paraphrase_finds_its_entry(index: PhraseIndex, encoder: Encoder) -> None:
    text = "收件地址写错了能改吗"
    hits = index.search(encoder.encode([text])[0], text, 3)
    assert hits[0].faq_id == "F2"
    assert not hits[0].exact
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)


def test_equal_normalised_text_is_exact(index: PhraseIndex, encoder: Encoder) -> None:
    text = " 可以开发票吗？？ "
    best = index.search(encoder.encode([text])[0], text, 5)[0]
    assert (best.faq_id, best.exact, best.score) == ("F3", True, 1.0)
    assert best.valid_from == "2026-01-01T00:00:00+00:00"
    assert best.valid_to == ""


def test_one_hit_an_entry(index: PhraseIndex, encoder: Encoder) -> None:
    hits = index.search(encoder.encode(["新疆要补邮费吗"])[0], "新疆要补邮费吗", 7)
    assert sorted(hit.faq_id for hit in hits) == ["F1", "F2", "F3", "F4", "F5"]


def test_exact_beats_every_cosine() -> None:
    index = by_hand([[1, 0], [0, 1]], ("怎么买", "多少钱"), ("A", "B"))
    hits = index.search(np.array([1, 0], dtype=np.float32), "多少钱", 2)
    assert [(hit.faq_id, hit.exact) for hit in hits] == [("B", True), ("A", False)]


def test_two_entries_may_share_a_phrase() -> None:
    index = by_hand([[1, 0], [1, 0]], ("有赠品吗", "有赠品吗？"), ("OLD", "NEW"))
    hits = index.search(np.array([1, 0], dtype=np.float32), "有赠品吗", 5)
    assert [(hit.faq_id, hit.exact) for hit in hits] == [("OLD", True), ("NEW", True)]


def test_score_by_hand() -> None:
    index = by_hand([[0.6, 0.8]], ("多少钱一件",), ("A",))
    (hit,) = index.search(np.array([1, 0], dtype=np.float32), "多少钱", 1)
    overlap = 2 * 2 / (2 + 4)  # 多少 少钱 of 多少 少钱 钱一 一件
    assert hit.score == pytest.approx(0.6 + 0.4 * 0.2 * overlap)


def test_punctuation_alone_matches_nothing_exactly() -> None:
    index = by_hand([[1, 0]], ("？？？",), ("A",))
    (hit,) = index.search(np.array([0, 1], dtype=np.float32), "！！！", 1)
    assert not hit.exact


def test_one_entry_with_many_phrases_does_not_hide_the_others() -> None:
    many = [[1.0, 0.0]] * 300 + [[0.0, 1.0]]
    texts = (*(f"多少钱{number}" for number in range(300)), "能退吗")
    index = by_hand(many, texts, ("A",) * 300 + ("B",))
    hits = index.search(np.array([1, 0], dtype=np.float32), "价格", 2)
    assert [hit.faq_id for hit in hits] == ["A", "B"]


def test_round_trip(index: PhraseIndex, encoder: Encoder, tmp_path: Path) -> None:
    index.save(tmp_path / "faq.npz")
    again = PhraseIndex.load(tmp_path / "faq.npz")
    assert again.columns == index.columns
    assert again.encoder == encoder.fingerprint
    np.testing.assert_array_equal(again.vectors, index.vectors)
    query = encoder.encode(["发票"])[0]
    assert again.search(query, "发票", 5) == index.search(query, "发票", 5)


def test_empty_index(encoder: Encoder, tmp_path: Path) -> None:
    empty = PhraseIndex.build([], encoder)
    empty.save(tmp_path / "faq.npz")
    again = PhraseIndex.load(tmp_path / "faq.npz")
    assert len(again) == 0
    assert again.search(encoder.encode(["在吗"])[0], "在吗", 5) == []


def test_known_vectors_are_reused(index: PhraseIndex, encoder: Encoder) -> None:
    marked = PhraseIndex(index.columns, -index.vectors, index.encoder, index.unrelated)
    grown = PhraseIndex.build([*ROWS, Row("能货到付款吗", "F9")], encoder, marked)
    np.testing.assert_array_equal(grown.vectors[:-1], -index.vectors)
    np.testing.assert_allclose(grown.vectors[-1], encoder.encode(["能货到付款吗"])[0], atol=1e-5)
    other = PhraseIndex(index.columns, -index.vectors, "another encoder", index.unrelated)
    anew = PhraseIndex.build(ROWS, encoder, other)
    np.testing.assert_allclose(anew.vectors, index.vectors, atol=1e-5)


def test_failed_save_leaves_the_old_file(
    index: PhraseIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "faq.npz"
    index.save(path)
    before = path.read_bytes()

    def disk_full(file: object, **arrays: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", disk_full)
    with pytest.raises(OSError, match="disk full"):
        index.save(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["faq.npz"]


@pytest.mark.parametrize("keep", [0, 10, 500])
def test_damaged_snapshot_is_named(index: PhraseIndex, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "faq.npz"
    index.save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(SnapshotDamaged, match=r"faq\.npz"):
        PhraseIndex.load(path)


def test_columns_of_other_length_are_refused(index: PhraseIndex) -> None:
    with pytest.raises(SnapshotDamaged, match="rows"):
        PhraseIndex(replace(index.columns, skus=()), index.vectors, "x")


def test_vector_of_another_encoder_is_refused(index: PhraseIndex) -> None:
    with pytest.raises(ValueError, match="a query vector of 3"):
        index.search(np.ones(3, dtype=np.float32), "在吗", 1)


def test_time_without_zone_is_refused(encoder: Encoder) -> None:
    with pytest.raises(ValueError, match="without zone"):
        PhraseIndex.build([Row("在吗", "F1", None, datetime(2026, 1, 1))], encoder)


def test_times_are_kept_in_utc(encoder: Encoder) -> None:
    beijing = timezone(timedelta(hours=8))
    index = PhraseIndex.build(
        [Row("在吗", "F1", None, datetime(2026, 1, 1, tzinfo=beijing))], encoder
    )
    assert index.valid_from == ("2025-12-31T16:00:00+00:00",)


def test_fifty_thousand_phrases_are_searched_in_time() -> None:
    random = np.random.default_rng(0)
    count = 50_000
    vectors = random.normal(size=(count, 384)).astype(np.float32)
    blank = ("",) * count
    texts = tuple(f"第{number}个问题怎么办" for number in range(count))
    ids = tuple(f"F{number // 4}" for number in range(count))
    index = PhraseIndex(PhraseColumns(texts, ids, blank, blank, blank), vectors, "x")
    durations = []
    for number in range(30):
        started = time.perf_counter()
        hits = index.search(vectors[number], texts[number], 5)
        durations.append(time.perf_counter() - started)
        assert hits[0].phrase == texts[number]
    # 2 ms on an idle two-core machine; what is far beyond would be another order of growth.
    assert min(durations) < 0.1
