"""Makes data/encoder/tuning: `.venv/bin/python data/encoder/tune.py`, half an hour.

The set-up adds what is learnt here to the encoder's weights; it is shipped so that nobody needs
to run this. It learns from the training comments of data/nlu, all but those of
data/nlu/fresh.yml, and from four in five groups of faq_groups.csv: questions that shops' FAQs
hold, in the words of different viewers. By the rest the trainer measures its thresholds.
benchmarks/data is never read.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from rasa_project.comments import read_comments  # noqa: E402
from rasa_project.language.slang import plain  # noqa: E402
from recsys.embedding.build.sources import DELTAS, E5_PREFIXES, MAX_TOKENS  # noqa: E402
from recsys.embedding.tune import Lessons, TuneSettings, tune  # noqa: E402
from recsys.embedding.tuned import write_tuned  # noqa: E402

TUNING = HERE / "tuning"
FRESH = "fresh.yml"


def groups(path: Path) -> list[list[str]]:
    """The wordings of each question that may be learnt from."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["role"] != "none" and not is_fresh(row["group"]):
                found[row["group"]].append(plain(row["text"]))
    return [wordings for wordings in found.values() if len(wordings) > 1]


def is_fresh(group: str) -> bool:
    """Whether a group is kept from the encoder: every fifth one."""
    return int(group.lstrip("t")) % 5 == 0


def anchors() -> list[str]:
    """What has to stay where it is: products, and sentences about all the world.

    Without them the encoder forgets its English: linear regression on 150 intents of another
    trade fell from 90.6 to 78.8 %.
    """
    with (ROOT / "data/demo_shop/products.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [f"{row['title']} {row['category']} {row['description']}" for row in rows]
    passages = [E5_PREFIXES["passage"] + text for text in texts]
    others = (HERE / "anchors.txt").read_text("utf-8").splitlines()
    asked = [*(row["title"] for row in rows), *others]
    return passages + [E5_PREFIXES["query"] + plain(text) for text in asked]


def main() -> int:
    """Tune and write the differences; every field of TuneSettings is an option."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, default=TUNING)
    for field in dataclasses.fields(TuneSettings):
        kind = float if isinstance(field.default, float) else int
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=kind, default=field.default)
    parser.add_argument("--start", type=Path, help="differences of an earlier run to go on from")
    options = vars(parser.parse_args())
    target, start = options.pop("target"), options.pop("start")
    settings = TuneSettings(**options)
    comments = ((c.text, c.intent) for c in read_comments(ROOT / "data/nlu") if c.file != FRESH)
    lessons = Lessons(
        list(dict.fromkeys(comments)),
        groups(HERE / "faq_groups.csv"),
        anchors(),
    )
    _run(lessons, target, settings, start)
    return 0


def _run(lessons: Lessons, target: Path, settings: TuneSettings, start: Path | None) -> None:
    from recsys.embedding.build.folder import write_folder

    plain_model = ROOT / "var" / "tune"
    write_folder(plain_model, MAX_TOKENS, E5_PREFIXES)
    began = time.monotonic()

    def report(step: int, steps: int, loss: float) -> None:
        print(f"{step}/{steps} loss {loss:.3f}, {time.monotonic() - began:.0f} s", flush=True)

    target.mkdir(parents=True, exist_ok=True)
    prefix = E5_PREFIXES["query"]
    tune(plain_model, target / DELTAS, lessons, prefix, settings, report, start)
    seen = [text for text, _ in lessons.comments]
    write_tuned(target, [*seen, *(text for group in lessons.groups for text in group)])
    made = {**dataclasses.asdict(settings), "comments": len(lessons.comments)}
    (target / "settings.json").write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
