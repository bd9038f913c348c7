"""The benchmark of recommenders, on files small enough to check by eye."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import recommend
from benchmarks.recommend_side.failure import BenchFailed
from benchmarks.recommend_side.split import Split, read_interactions, read_items
from benchmarks.recommend_side.systems import names_of

ROWS = [(1, "a", 1), (1, "b", 2), (1, "c", 3), (2, "b", 1), (2, "a", 2), (3, "c", 1), (1, "a", 0)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "seen.csv"
    pd.DataFrame(ROWS, columns=["user_id", "item_id", "timestamp"]).to_csv(path, index=False)
    return path


def test_the_last_item_of_each_user_is_asked_for(file: Path) -> None:
    split = Split.of(read_interactions(file))
    assert dict(zip(split.asked, split.wanted, strict=True)) == {"1": "c", "2": "a"}
    # User 1 had a twice: the later place counts.
    histories = [[touch.sku for touch in query.history] for query in split.queries()]
    assert histories == [["a", "b"], ["b"]]


def test_columns_go_by_other_names_and_other_forms(tmp_path: Path) -> None:
    path = tmp_path / "seen.parquet"
    frame = pd.DataFrame(
        {
            "Customer ID": [1.0, 1.0, None],
            "Code": ["x", "y", "z"],
            "When": pd.to_datetime(["2020-01-02", "2020-01-01", "2020-01-01"]),
            "Text": ["ex", None, "zed"],
        }
    )
    frame.to_parquet(path)
    names = {"user_id": "Customer ID", "item_id": "Code", "timestamp": "When", "title": "Text"}
    seen = read_interactions(path, names)
    assert seen["viewer"].tolist() == ["1", "1"]
    assert seen["sku"].tolist() == ["y", "x"]
    assert read_items(path, names)["title"].tolist() == ["ex", "zed"]
    with pytest.raises(BenchFailed, match="user_id, item_id, timestamp"):
        read_interactions(path)


def test_what_cannot_be_measured_is_told_in_one_line(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert recommend.main(["--interactions", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capsys.readouterr().err
    assert recommend.main([]) == 0
    assert "--interactions" in capsys.readouterr().out
    assert recommend.main(["--interactions", str(file), "--systems", "magic"]) == 1
    assert "magic" in capsys.readouterr().err


def test_systems_are_compared_and_sasrec_is_left_out_with_a_reason(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = "boxiaoer,cosine,sasrec"
    assert recommend.main(["--interactions", str(file), "--systems", chosen]) == 0
    printed = capsys.readouterr().out
    assert "sasrec: left out" in printed
    figures = json.loads(printed.strip().splitlines()[-1])
    assert set(figures) == {"boxiaoer", "cosine"}
    # Nobody who touched c touched anything else, so that only popularity can name it.
    assert figures["cosine"]["hr10"] == 0.5
    assert figures["boxiaoer"]["hr10"] == 1.0
    assert {"ndcg10", "hr10", "fit_s", "score_ms", "memory_mb"} <= set(figures["boxiaoer"])


def test_content_is_run_only_with_texts() -> None:
    assert "content" not in names_of(None, texts=False)
    assert names_of(["content", "no such"], texts=True) == ["content"]
