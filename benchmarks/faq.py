"""FAQ entries found by other wordings: the assistant in service beside two simpler ways.

Data: CSV `group,role,text`: a `standard` question for each group is taught, each `paraphrase`
should find its group, each `none` should find nothing.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.harness import Cell, report
from benchmarks.understanding.failure import BenchFailed
from benchmarks.understanding.faq_groups import FaqGroups, Phrase, read_groups
from benchmarks.understanding.faq_scores import (
    FaqScores,
    Found,
    faq_scores,
    found_by_intent,
    read_found,
)
from benchmarks.understanding.labelled import Example
from benchmarks.understanding.pipelines import stock_config
from benchmarks.understanding.rasa_child import ROOT, RasaSide, rasa_side, say
from recsys.embedding import Encoder, EncoderMissing
from recsys.embedding.location import encoder_folder
from recsys.embedding.phrases import PhraseIndex
from shop.settings import SettingsError
from web.jobs.assistant import NoModel
from web.jobs.child import JobFailed

OURS, STOCK, TFIDF = "boxiaoer", "rasa_stock", "char_tfidf"
PARAPHRASES = ROOT / "benchmarks" / "data" / "faq_paraphrases.csv"
FIGURES = ("top1", "accepted_right", "false_accept", "parse_ms")
# Candidates below the matcher's floor are not shown at all: with it, top-1 would measure where
# the floor lies (it hides most of the shipped paraphrases) and not what stands first.
NO_FLOOR = {"FaqMatcher": {"floor": 0.0}}
EXPECTED = (BenchFailed, EncoderMissing, JobFailed, NoModel, SettingsError, OSError)

Timed = tuple[list[Found], float]  # what each text found, and the median ms of one text


@dataclass(frozen=True, slots=True)
class TaughtPhrase:
    """A standard question as `PhraseIndex.build` takes it: of no product, valid at any time."""

    text: str
    faq_id: str
    sku: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


def _assistant(side: RasaSide, groups: FaqGroups) -> Timed:
    """The assistant in service, its FAQ replaced by the standard questions.

    What stands first is looked up without the floor; acceptance and time are as served.
    """
    model = side.shipped()
    taught = [TaughtPhrase(phrase.text, phrase.group) for phrase in groups.standards]
    encoder = Encoder.load(encoder_folder(side.environ))
    PhraseIndex.build(taught, encoder).save(side.var / "snapshots" / "faq.npz")
    served = side.parse(OURS, model, groups.asked)
    ranked = side.parse(f"{OURS} without its floor", model, groups.asked, settings=NO_FLOOR)
    found = [read_found(result) for result in served.results]
    asked = len(groups.paraphrases)
    silent = sum(hit.group is None for hit in found[:asked])
    print(f"{silent} of {asked} paraphrases have no candidate above FaqMatcher's floor")
    best = (read_found(result).group for result in ranked.results)
    hits = [Found(group, hit.accepted) for group, hit in zip(best, found, strict=True)]
    return hits, served.parse_ms


def _stock(side: RasaSide, groups: FaqGroups, seed: int) -> Timed:
    """Rasa's stock pipeline with an intent for each group."""
    examples = [Example(phrase.text, phrase.group) for phrase in groups.standards]
    config = stock_config([example.text for example in examples], seed)
    parsed = side.parse(STOCK, side.train(STOCK, config, examples), groups.asked)
    return [found_by_intent(prediction) for prediction in parsed.predictions], parsed.parse_ms


def nearest_by_characters(standards: Sequence[Phrase], asked: Sequence[str]) -> Timed:
    """Cosine of tf-idf over 1 to 3 characters; one phrase a group cannot tell a threshold."""
    space = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    known = space.fit_transform([phrase.text for phrase in standards])
    found, durations = [], []
    for text in asked:
        started = time.perf_counter()
        cosines = (known @ space.transform([text]).T).toarray().ravel()
        best = int(cosines.argmax())
        durations.append(time.perf_counter() - started)
        found.append(Found(standards[best].group if cosines[best] > 0 else None, None))
    return found, statistics.median(durations) * 1e3


def _measure(options: argparse.Namespace, groups: FaqGroups) -> dict[str, dict[str, Any]]:
    right = [phrase.group for phrase in groups.paraphrases]
    with rasa_side("faq") as side:
        timed = {OURS: _assistant(side, groups)}
        if options.baseline:
            timed[STOCK] = _stock(side, groups, options.seed)
            timed[TFIDF] = nearest_by_characters(groups.standards, groups.asked)
    return {name: _figures(faq_scores(right, found), ms) for name, (found, ms) in timed.items()}


def _figures(scores: FaqScores, parse_ms: float) -> dict[str, float | None]:
    values = {name: getattr(scores, name) for name in FIGURES[:3]}
    shares = {name: None if value is None else round(value, 4) for name, value in values.items()}
    return {**shares, "parse_ms": round(parse_ms, 2)}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="boxiaoer bench faq",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data", type=Path, default=PARAPHRASES, help="CSV; default: the project's paraphrases"
    )
    parser.add_argument("--seed", type=int, default=7, help="of the baseline; default 7")
    parser.add_argument(
        "--baseline",
        action="store_true",
        help="Rasa's stock pipeline with an intent a group, and character tf-idf, as well",
    )
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Measure on a file; 0 on success, 1 with one line on stderr where it cannot be done."""
    options = _parser().parse_args(argv)
    try:
        groups = read_groups(options.data)
        if groups.skipped:
            say(f"bench faq: {groups.skipped} rows without a text skipped")
        figures = _measure(options, groups)
    except EXPECTED as error:
        print(f"bench faq: {error}", file=sys.stderr)
        return 1
    print(
        f"{len(groups.standards)} standard questions, {len(groups.paraphrases)} paraphrases, "
        f"{len(groups.others)} other texts"
    )
    headers = ("system", "top-1", "accepted right", "false accept", "parse ms")
    rows: list[list[Cell]] = [[name, *map(row.get, FIGURES)] for name, row in figures.items()]
    report(headers, rows, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
