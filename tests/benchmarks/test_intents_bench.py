from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import intents as bench
from benchmarks.understanding.failure import BenchFailed
from benchmarks.understanding.labelled import Example, limited, read_labelled, shots
from benchmarks.understanding.pipelines import mostly_latin, our_config, stock_config
from benchmarks.understanding.prediction import Prediction, read_prediction
from benchmarks.understanding.rasa_child import rasa_python
from benchmarks.understanding.scores import (
    AnsweredScores,
    IntentScores,
    answered_scores,
    confusions,
    intent_scores,
    recalls,
)

WriteCsv = Callable[[str], Path]

TRUTH = ["a", "a", "b", "b", "out_of_scope", "out_of_scope"]
SAID = [
    Prediction("a", True),
    Prediction("a", False),  # right, and rejected
    Prediction("a", True),
    Prediction("b", True),
    Prediction("out_of_scope", True),
    Prediction("b", True),
]


def test_scores_with_rejection() -> None:
    # said: a oos a b oos b. F1 of a: 2*1/(2+2), of b: 2*1/(2+2), of the rest: 2*1/(2+2).
    scores = intent_scores(TRUTH, SAID, rejecting=True)
    assert scores == IntentScores(
        accuracy=pytest.approx(3 / 6),
        macro_f1=pytest.approx(0.5),
        in_scope_accuracy=pytest.approx(2 / 4),
        oos_recall=pytest.approx(1 / 2),
        rejected=pytest.approx(2 / 6),
    )


def test_scores_without_rejection_take_the_likeliest_intent() -> None:
    # said: a a a b. F1 of a: 2*2/(3+2), of b: 2*1/(1+2).
    scores = intent_scores(TRUTH[:4], SAID[:4], rejecting=False)
    assert scores == IntentScores(
        accuracy=pytest.approx(3 / 4),
        macro_f1=pytest.approx((4 / 5 + 2 / 3) / 2),
        in_scope_accuracy=pytest.approx(3 / 4),
        oos_recall=None,
        rejected=pytest.approx(1 / 4),
    )


def test_no_prediction_is_wrong() -> None:
    scores = intent_scores(["a", "b"], [Prediction(None, False), SAID[3]], rejecting=False)
    assert scores.accuracy == pytest.approx(0.5)


def test_answered_counts_what_is_sure() -> None:
    # likeliest right: rows 1, 2, 4, 5; sure: all but row 2, of which three are right.
    scores = answered_scores(TRUTH, SAID)
    assert scores == AnsweredScores(
        accuracy=pytest.approx(4 / 6),
        macro_f1=pytest.approx((2 * 2 / 5 + 2 * 1 / 4 + 2 * 1 / 3) / 3),
        answered_accuracy=pytest.approx(3 / 5),
        answered=pytest.approx(5 / 6),
    )


def test_recalls_and_confusions() -> None:
    found = recalls(TRUTH, SAID)
    assert found == {"b": 0.5, "out_of_scope": 0.5, "a": 1.0}
    assert list(found) == ["b", "out_of_scope", "a"]
    assert confusions(["a", "a", "b"], [SAID[3], SAID[3], SAID[0]], 1) == [("a", "b", 2)]


RANKING = [{"name": "x", "confidence": 0.4}, {"name": "y", "confidence": 0.3}]
PARSED = {"intent": RANKING[0], "intent_ranking": RANKING}
DOUBTED = {"name": "nlu_fallback", "confidence": 0.6}


@pytest.mark.parametrize(
    ("parsed", "threshold", "expected"),
    [
        (PARSED, None, Prediction("X", True)),
        (PARSED, 0.4, Prediction("X", True)),
        (PARSED, 0.41, Prediction("X", False)),
        (
            {"intent": DOUBTED, "intent_ranking": [DOUBTED, *RANKING]},
            None,
            Prediction("X", False),
        ),
        (
            {
                "intent": {"name": "faq", "confidence": 0.9},
                "gate": {"intent": "y", "intent_confidence": 0.2, "intent_threshold": 0.3},
            },
            None,
            Prediction("y", False),
        ),
        ({"intent": {"name": None, "confidence": 0.0}}, 0.3, Prediction(None, False)),
    ],
)
def test_reads_predictions(parsed: dict, threshold: float | None, expected: Prediction) -> None:
    assert read_prediction(parsed, threshold, {"x": "X"}) == expected


def test_split_of_the_file_is_kept(csv_file: WriteCsv) -> None:
    rows = "t1,a,train\nt2,b,train\nt3,a,val\nt4,a,dev\nt5,b,TEST\n"
    train, test = read_labelled(csv_file("text,intent,split\n" + rows)).parts(seed=1)
    assert [row.text for row in train] == ["t1", "t2"]
    assert [row.text for row in test] == ["t5"]


def test_own_split_is_a_fifth_of_each_intent(csv_file: WriteCsv) -> None:
    rows = [f"a{n},a" for n in range(10)] + [f"b{n},b" for n in range(5)] + ["c0,c"]
    labelled = read_labelled(csv_file("\n".join(["text,intent", *rows])))
    train, test = labelled.parts(seed=3)
    assert sorted(row.intent for row in test) == ["a", "a", "b"]
    assert {row.text for row in train} | {row.text for row in test} == {
        r.split(",")[0] for r in rows
    }
    assert len(train) + len(test) == len(rows)
    assert labelled.parts(seed=3) == (train, test)
    assert labelled.parts(seed=4) != (train, test)


def test_shots_and_limit_draw_of_each_intent() -> None:
    train = [Example(f"a{n}", "a") for n in range(9)] + [Example(f"b{n}", "b") for n in range(3)]
    drawn = shots(train, 3, seed=1)
    assert [row.intent for row in drawn] == ["a"] * 3 + ["b"] * 3
    assert len(set(drawn)) == 6
    assert [row.intent for row in limited(train, 5, seed=1)] == ["a"] * 5 + ["b"] * 3
    with pytest.raises(BenchFailed, match="intent b has 3"):
        shots(train, 4, seed=1)


def test_our_pipeline_is_that_of_the_file_without_faq_and_gate(root: Path) -> None:
    names = [part["name"].rsplit(".", 1)[1] for part in our_config(root)["pipeline"]]
    assert names[0] == "LiveTokenizer"
    assert "KernelIntentClassifier" in names
    assert not {"FaqMatcher", "AnswerGate"} & set(names)


@pytest.mark.parametrize(
    ("texts", "tokenizer"),
    [
        (["这件多少钱", "OK 吗"], "JiebaTokenizer"),
        (["où est-il", "how much"], "WhitespaceTokenizer"),
    ],
)
def test_stock_tokenizer_fits_the_texts(texts: list[str], tokenizer: str) -> None:
    assert mostly_latin(texts) == (tokenizer == "WhitespaceTokenizer")
    assert stock_config(texts, 7)["pipeline"][0]["name"] == tokenizer


HEADER = "text,intent,split\n"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (None, [], "cannot read"),
        ("", [], "lacks the column text, intent"),
        ("text,label\nhi,greet\n", [], "lacks the column intent"),
        ("text,intent\n", [], "has no rows with a text"),
        ("text,intent\nhi,\n", [], "line 2 has no intent"),
        ('text,intent\n"hi"x,greet\n', [], "line 2"),
        ('text,intent\nhi,greet\n"yo,greet\nhey,greet\n', [], "line 3"),
        (HEADER + "hi,greet,exam\n", [], "line 2: unknown split 'exam'"),
        (HEADER + "hi,greet,train\nyo,bye,train\n", [], "has no rows to test with"),
        (HEADER + "hi,greet,train\nyo,greet,test\n", [], "one intent only: greet"),
        (HEADER + "a,x,train\nb,y,train\nc,x,test\n", ["--shots", "2"], "intent x has 1"),
        (HEADER + "a,x,train\n", ["--shots", "0"], "--shots must be at least 1"),
        (HEADER + "a,x,train\n", ["--shots", "2", "--limit", "2"], "give one of them"),
        (HEADER + "a,x,train\n", ["--shipped", "--limit", "2"], "--shipped trains on none"),
        ("text,intent\nhi,no_label_of_ours\n", ["--shipped"], "lacks: no_label_of_ours"),
    ],
)
def test_every_mistake_is_one_line(
    content: str | None,
    options: list[str],
    said: str,
    csv_file: WriteCsv,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = tmp_path / "absent.csv" if content is None else csv_file(content)
    assert bench.main(["--data", str(data), *options]) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("bench intents: ")
    assert said in error
    assert "\n" not in error


def test_says_how_to_make_rasas_environment(tmp_path: Path) -> None:
    with pytest.raises(BenchFailed, match=r"no .*\.venv-rasa: run `make setup`"):
        rasa_python(tmp_path)


@pytest.mark.needs_rasa
@pytest.mark.usefixtures("empty_var")
def test_no_trained_model_says_how_to_train(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--shipped"]) == 1
    error = capsys.readouterr().err.strip()
    assert "run `boxiaoer train`" in error
    assert "\n" not in error


def small_file() -> str:
    """Two intents, one with a label that Rasa would read otherwise, and a rest."""
    prices = ["多少钱", "这个多少钱呀", "价格是多少", "什么价格", "怎么卖的", "要多少钱"]
    thanks = ["谢谢", "谢谢主播", "太感谢了", "多谢啦", "谢谢你", "感谢感谢"]
    rest = ["股票怎么样", "今天天气如何", "帮我写作业", "[世界](杯)谁赢了", "/price", "讲个笑话"]
    rows = [HEADER.strip(), " ,shop/price,train"]
    for intent, texts in (("shop/price", prices), ("thanks", thanks), ("out_of_scope", rest)):
        rows += [f"{text},{intent},{'test' if n > 3 else 'train'}" for n, text in enumerate(texts)]
    return "\n".join(rows) + "\n"


@pytest.mark.needs_rasa
def test_trains_and_scores_for_real(csv_file: WriteCsv, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--data", str(csv_file(small_file())), "--limit", "4"]) == 0
    printed = capsys.readouterr()
    assert "1 rows without a text skipped" in printed.err
    assert "12 texts to train, 6 to test, 3 labels" in printed.out
    figures = json.loads(printed.out.splitlines()[-1])
    assert list(figures) == ["boxiaoer"]
    ours = figures["boxiaoer"]
    assert tuple(ours) == bench.FIGURES
    # 要多少钱, 谢谢你 and their like differ by a letter from what was taught.
    assert ours["in_scope_accuracy"] >= 0.75
    assert 0 <= ours["oos_recall"] <= 1
    assert ours["train_s"] > 0
    assert ours["parse_ms"] > 0
