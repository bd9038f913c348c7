"""Triage with the real model: what passes, what does not, and how sure it is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from web.jobs import triage as training
from web.rooms.triage import Sorter, TriageMissing, TriageModel
from web.rooms.triage.features import COLUMNS, essence


@pytest.mark.parametrize(
    "text",
    ["3号链接多少钱", "165 110", "1米72 140斤能穿吗", "160/50kg", "二号链接", "这款油皮能用吗?",
     "我的单发了吗", "怎么领券", "孕妇可以用吗", "多久发货", "价格价格价格", "這款衣服怎麼賣"],
)  # fmt: skip
def test_questions_pass(triage_model: TriageModel, text: str) -> None:
    (judged,) = triage_model.judge([text])
    assert judged.kind == "question"
    assert judged.sure or text == "价格价格价格"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("扣1", "buying"), ("1111", "buying"), ("已拍", "buying"), ("666666", "chatter"),
     ("哈哈哈哈哈哈", "chatter"), ("17171717", "chatter"), ("晚上好", "chatter"),
     ("这把稳了兄弟们", "chatter"), ("打野在干嘛啊", "chatter"), ("你们那边下雪没", "chatter")],
)  # fmt: skip
def test_noise_does_not(triage_model: TriageModel, text: str, kind: str) -> None:
    assert triage_model.judge([text])[0].kind == kind


def test_the_recorded_room_loses_less_than_one_question_in_a_hundred(
    triage_model: TriageModel, root: Path
) -> None:
    with (root / "data/demo_shop/room_labels.csv").open(encoding="utf-8") as file:
        asked = {row["id"] for row in csv.DictReader(file) if row["kind"] == "question"}
    lines = (root / "data/demo_shop/room.jsonl").read_text("utf-8").splitlines()
    texts = [row["text"] for row in map(json.loads, lines) if row.get("id") in asked]
    lost = [j for j in triage_model.judge(texts) if j.kind != "question"]
    assert len(texts) > 400
    assert len(lost) / len(texts) < 0.01


def test_held_out_recall_is_what_was_promised(triage_model: TriageModel) -> None:
    assert triage_model.facts.measured["held_out_recall"] >= 0.99
    assert triage_model.facts.measured["held_out_others_passed"] < 0.55
    assert triage_model.facts.measured["held_out_sure"] > 0.85


def test_the_sorter_asks_the_model_once_per_text() -> None:
    asked: list[list[str]] = []
    weights = np.zeros((4, COLUMNS), dtype=np.float32)
    model = TriageModel(weights, np.zeros(4, dtype=np.float32), training.Facts(threshold=0.4))
    judge = model.judge
    model.judge = lambda texts: (asked.append(list(texts)), judge(texts))[1]  # type: ignore[method-assign]
    sorter = Sorter(model, remembered=2)
    assert len(sorter.judge(["多少钱", "多少钱！", "多少钱?"], ["多少钱"] * 3)) == 3
    assert asked == [["多少钱！", "多少钱?"]]
    sorter.judge(["多少钱"], ["多少钱"])
    assert asked[-1] == []


def test_essence_folds_what_says_the_same() -> None:
    assert essence("[emot:dy101]哈哈哈哈哈哈！！") == "哈哈哈"
    assert len(essence("长" + "短长" * 5000)) == 120


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(TriageMissing, match="no triage model"):
        TriageModel.load(tmp_path)
    (tmp_path / "triage.npz").write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(TriageMissing):
        TriageModel.load(tmp_path)


def test_training_again_is_a_no_op(tmp_path: Path, root: Path) -> None:
    first = training.ensure(tmp_path, root)
    file = training.folder(tmp_path) / "triage.npz"
    written = file.stat().st_mtime_ns
    assert training.ensure(tmp_path, root) == first
    assert file.stat().st_mtime_ns == written
