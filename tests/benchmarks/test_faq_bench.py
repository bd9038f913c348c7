from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import faq as bench
from benchmarks.understanding.faq_groups import Phrase, read_groups
from benchmarks.understanding.faq_scores import (
    FaqScores,
    Found,
    faq_scores,
    found_by_intent,
    read_found,
)
from benchmarks.understanding.prediction import Prediction

WriteCsv = Callable[[str], Path]

HEADER = "group,role,text\n"
SMALL = HEADER + (
    "g1,standard,几天能发货\n"
    "g2,standard,怎么开发票\n"
    "g1,paraphrase,几天能发货？\n"
    "g2,paraphrase,发票怎么开\n"
    "g2,paraphrase,\n"
    ",none,主播唱首歌\n"
)


def test_scores_by_hand() -> None:
    found = [
        Found("g1", True),
        Found("g1", False),  # right, not accepted
        Found("g1", True),  # accepted, wrong
        Found(None, False),
        Found("g1", True),
        Found("g2", False),
    ]
    scores = faq_scores(["g1", "g1", "g2", "g2"], found)
    assert scores == FaqScores(top1=2 / 4, accepted_right=1 / 4, false_accept=1 / 2)


def test_without_a_threshold_there_is_top1_alone() -> None:
    assert faq_scores(["g1"], [Found("g1", None), Found("g1", None)]) == FaqScores(1.0, None, None)


def test_without_other_texts_nothing_is_falsely_accepted() -> None:
    assert faq_scores(["g1"], [Found("g1", True)]) == FaqScores(1.0, 1.0, None)


def test_reads_what_was_found() -> None:
    faq = {"accepted": False, "candidates": [{"faq_id": "g2"}, {"faq_id": "g1"}]}
    assert read_found({"faq": faq}) == Found("g2", False)
    assert read_found({"faq": {"accepted": False, "candidates": []}}) == Found(None, False)
    assert found_by_intent(Prediction("g1", True)) == Found("g1", True)


def test_characters_find_the_nearest() -> None:
    standards = [Phrase("g1", "几天能发货"), Phrase("g2", "怎么开发票")]
    found, _ = bench.nearest_by_characters(standards, ["发票怎么开", "几天发货", "xyz"])
    assert [hit.group for hit in found] == ["g2", "g1", None]
    assert {hit.accepted for hit in found} == {None}


def test_groups_by_role(csv_file: WriteCsv) -> None:
    groups = read_groups(csv_file(SMALL))
    assert groups.standards == (Phrase("g1", "几天能发货"), Phrase("g2", "怎么开发票"))
    assert groups.asked == ["几天能发货？", "发票怎么开", "主播唱首歌"]
    assert groups.skipped == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot read"),
        ("group,text\ng1,hi\n", "lacks the column role"),
        (HEADER + "g1,title,hi\n", "line 2: unknown role 'title'"),
        (HEADER + ",standard,hi\n", "line 2: a standard without a group"),
        (HEADER + "g1,standard,hi\ng1,paraphrase,yo\n", "fewer than two groups"),
        (HEADER + "g1,standard,hi\ng2,standard,yo\n", "no paraphrase rows"),
        (HEADER + "g1,standard,hi\ng2,standard,yo\ng3,paraphrase,x\n", "group g3 has no standard"),
        (HEADER + "g1,standard,\n", "has no rows with a text"),
    ],
)
def test_every_mistake_is_one_line(
    content: str | None,
    said: str,
    csv_file: WriteCsv,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "absent.csv" if content is None else csv_file(content)
    assert bench.main(["--data", str(data)]) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("bench faq: ")
    assert said in error
    assert "\n" not in error


@pytest.mark.needs_rasa
@pytest.mark.usefixtures("empty_var")
def test_no_trained_model_says_how_to_train(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([]) == 1
    assert "run `boxiaoer train`" in capsys.readouterr().err


@pytest.mark.needs_rasa
def test_looks_up_for_real(csv_file: WriteCsv, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--data", str(csv_file(SMALL))]) == 0
    printed = capsys.readouterr()
    assert "1 rows without a text skipped" in printed.err
    assert "2 standard questions, 2 paraphrases, 1 other texts" in printed.out
    figures = json.loads(printed.out.splitlines()[-1])
    assert list(figures) == ["boxiaoer"]
    ours = figures["boxiaoer"]
    assert ours["top1"] == 1.0
    # 几天能发货？ is the standard question but for its mark, and equal wording is always accepted.
    assert ours["accepted_right"] >= 0.5
    assert ours["false_accept"] == 0.0
    assert ours["parse_ms"] > 0
