"""Intents understood: the project's pipeline, trained by Rasa, beside Rasa's stock pipeline.

Data: CSV `text,intent[,split]`, for example CLINC150 (github.com/clinc/oos-eval) or the
SMP2019-ECDT contest. Texts marked `out_of_scope` belong to no intent.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from actions.names import INTENTS
from benchmarks.harness import Cell, report, table
from benchmarks.understanding.failure import BenchFailed
from benchmarks.understanding.labelled import (
    Example,
    LabelledFile,
    limited,
    read_labelled,
    shots,
)
from benchmarks.understanding.pipelines import our_config, stock_config
from benchmarks.understanding.prediction import Prediction
from benchmarks.understanding.rasa_child import ROOT, Model, Parsed, RasaSide, rasa_side, say
from benchmarks.understanding.scores import (
    answered_scores,
    confusions,
    intent_scores,
    recalls,
)
from recsys.embedding import EncoderMissing
from shop.settings import SettingsError
from web.jobs.assistant import NoModel
from web.jobs.child import JobFailed
from web.jobs.triage import read_comments

OURS, STOCK = "boxiaoer", "rasa_stock"
COMMENTS = ROOT / "benchmarks" / "data" / "live_comments.csv"
FIGURES = ("accuracy", "macro_f1", "in_scope_accuracy", "oos_recall", "train_s", "parse_ms")
SHIPPED_FIGURES = ("accuracy", "macro_f1", "answered_accuracy", "answered", "train_s", "parse_ms")
CONFUSIONS = 10
EXPECTED = (BenchFailed, EncoderMissing, JobFailed, NoModel, SettingsError, OSError)

Figures = dict[str, dict[str, Any]]


def _trained(options: argparse.Namespace) -> None:
    """Train each system on the file's train part and score it on its test part."""
    labelled = _read(options.data)
    train, test = labelled.parts(options.seed)
    train = _cut(train, options)
    texts, truth = [row.text for row in test], [row.intent for row in test]
    figures: Figures = {}
    rejected: dict[str, float] = {}
    with rasa_side("intents") as side:
        for system, config in _systems(options, train).items():
            fit = side.train_best if system == OURS else side.train
            model = fit(system, config, train)
            if model.encoder:
                say(f"{system}: encoder {model.encoder}, {model.held_out:.1%} right of held out")
            parsed = side.parse(system, model, texts)
            scores = intent_scores(truth, parsed.predictions, rejecting=labelled.has_rest)
            figures[system] = {
                **_rounded(scores, FIGURES[:4]),
                **_times(model, parsed),
            }
            rejected[system] = scores.rejected
    print(f"{len(train)} texts to train, {len(test)} to test, {len(set(truth))} labels")
    headers = ("system", "accuracy", "macro F1", "in scope", "OOS recall", "rejected", "train s")
    rows: list[list[Cell]] = [
        [name, *(row[key] for key in FIGURES[:4]), rejected[name], row["train_s"], row["parse_ms"]]
        for name, row in figures.items()
    ]
    report((*headers, "parse ms"), rows, figures)


def _systems(options: argparse.Namespace, train: Sequence[Example]) -> dict[str, dict[str, Any]]:
    systems = {OURS: our_config(ROOT)}
    if options.baseline:
        systems[STOCK] = stock_config([row.text for row in train], options.seed)
    return systems


def _cut(train: list[Example], options: argparse.Namespace) -> list[Example]:
    if options.shots is not None:
        return shots(train, options.shots, options.seed)
    if options.limit is not None:
        return limited(train, options.limit, options.seed)
    return train


def _shipped(options: argparse.Namespace) -> None:
    """Score the assistant in service on every row of the file."""
    rows = _read(options.data).examples
    if foreign := sorted({row.intent for row in rows} - set(INTENTS)):
        raise BenchFailed(f"{options.data} has labels that the assistant lacks: {foreign[0]}")
    texts, truth = [row.text for row in rows], [row.intent for row in rows]
    figures: Figures = {}
    with rasa_side("intents") as side:
        model = side.shipped()
        parsed = side.parse(OURS, model, texts, side.settings.var)
        figures[OURS] = _answered(truth, model, parsed)
        if options.baseline:
            figures[STOCK] = _answered(truth, *_stock_on_our_comments(side, texts, options.seed))
    _show_mistakes(truth, parsed.predictions)
    print(f"\n{len(rows)} texts, {len(set(truth))} labels")
    headers = ("system", "accuracy", "macro F1", "right of answered", "answered", "train s")
    cells: list[list[Cell]] = [
        [name, *(row[key] for key in SHIPPED_FIGURES)] for name, row in figures.items()
    ]
    report((*headers, "parse ms"), cells, figures)


def _stock_on_our_comments(side: RasaSide, texts: Sequence[str], seed: int) -> tuple[Model, Parsed]:
    comments, intents = read_comments(ROOT / "data" / "nlu")
    train = [Example(text, intent) for text, intent in zip(comments, intents, strict=True)]
    model = side.train(STOCK, stock_config(comments, seed), train)
    return model, side.parse(STOCK, model, texts)


def _answered(truth: Sequence[str], model: Model, parsed: Parsed) -> dict[str, Any]:
    scores = answered_scores(truth, parsed.predictions)
    return {**_rounded(scores, SHIPPED_FIGURES[:4]), **_times(model, parsed)}


def _rounded(scores: object, names: Sequence[str]) -> dict[str, float | None]:
    values: Mapping[str, float | None] = {name: getattr(scores, name) for name in names}
    return {name: None if value is None else round(value, 4) for name, value in values.items()}


def _times(model: Model, parsed: Parsed) -> dict[str, float | None]:
    seconds = None if model.train_s is None else round(model.train_s, 1)
    return {"train_s": seconds, "parse_ms": round(parsed.parse_ms, 2)}


def _show_mistakes(truth: Sequence[str], predictions: Sequence[Prediction]) -> None:
    counted: list[list[Cell]] = [
        [intent, truth.count(intent), recall]
        for intent, recall in recalls(truth, predictions).items()
    ]
    mistaken: list[list[Cell]] = [
        [f"{label} → {taken}", times]
        for label, taken, times in confusions(truth, predictions, CONFUSIONS)
    ]
    print(table(("intent", "texts", "recall"), counted))
    print("\n" + table(("label → taken for", "texts"), mistaken))


def _read(path: Path) -> LabelledFile:
    labelled = read_labelled(path)
    if labelled.skipped:
        say(f"bench intents: {labelled.skipped} rows without a text skipped")
    return labelled


def _check(options: argparse.Namespace) -> None:
    """Raises BenchFailed for options that cannot be meant together."""
    cuts = {"--shots": options.shots, "--limit": options.limit}
    given = [name for name, value in cuts.items() if value is not None]
    for name in given:
        if cuts[name] < 1:
            raise BenchFailed(f"{name} must be at least 1")
    if len(given) == 2:
        raise BenchFailed("--shots and --limit both cut the train part: give one of them")
    if given and options.shipped:
        raise BenchFailed(f"{given[0]} cuts the train part, and --shipped trains on none")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boxiaoer bench intents",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, default=COMMENTS, help="CSV; default: the project's live comments"
    )
    parser.add_argument("--shots", type=int, metavar="K", help="train on K texts of each intent")
    parser.add_argument("--limit", type=int, metavar="N", help="train on at most N of each intent")
    parser.add_argument("--seed", type=int, default=7, help="of every draw; default 7")
    parser.add_argument("--baseline", action="store_true", help="Rasa's stock pipeline as well")
    parser.add_argument(
        "--shipped",
        action="store_true",
        help="the assistant in service, on every row of the file, whatever its split",
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on a file; 0 on success, 1 with one line on stderr where it cannot be done."""
    options = _parser().parse_args(argv)
    try:
        _check(options)
        (_shipped if options.shipped else _trained)(options)
    except EXPECTED as error:
        print(f"bench intents: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
