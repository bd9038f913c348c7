"""Training and parsing by Rasa itself, each in a child process of Rasa's own Python."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.understanding.failure import BenchFailed
from benchmarks.understanding.labelled import OUT_OF_SCOPE, Example
from benchmarks.understanding.prediction import Prediction, read_prediction
from recsys.embedding import EncoderMissing
from recsys.embedding.location import DEFAULT_NAME, WHEEL_NAME, encoder_folder, is_built
from shop import settings as shop_settings
from shop.settings import Settings
from web.jobs import child
from web.jobs.assistant import current, intent_report
from web.rasa_pool import rasa_environment

ROOT = Path(__file__).resolve().parents[2]
MODULES = "benchmarks.rasa_side"
# Without these a busy machine's other cores would make one text faster than it is in service.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_INTER_OP_PARALLELISM_THREADS": "1",
    "TF_INTRA_OP_PARALLELISM_THREADS": "1",
}
# Rasa would take what an earlier run trained: that would be measured as no time at all.
NO_CACHE = {"RASA_MAX_CACHE_SIZE": "0"}


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model; `train_s` is None where it was not trained here.

    `labels` leads from the names that Rasa knows back to the labels of the file; `encoder`
    is the one it was trained with, "" for the installation's; `held_out` the accuracy that
    training measured on what it held out of its own part.
    """

    file: Path
    train_s: float | None = None
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    encoder: str = ""
    held_out: float = 0.0


@dataclass(frozen=True, slots=True)
class Parsed:
    """Rasa's results for texts, in their order, the predictions in them, and the median time
    of one text in ms.
    """

    results: list[dict[str, Any]]
    predictions: list[Prediction]
    parse_ms: float


class RasaSide:
    """Rasa's Python with a var folder of the benchmark's own: the encoder, no shop."""

    def __init__(self, bench: str, settings: Settings, work: Path) -> None:
        """Raises BenchFailed without .venv-rasa, EncoderMissing without a built encoder."""
        self.settings = settings
        self.var = work / "var"
        self._bench = bench
        self._work = work
        self._python = rasa_python(ROOT)
        folder = encoder_folder(self.environ)
        if not is_built(folder):
            raise EncoderMissing(f"no sentence encoder in {folder}; run: make encoder")
        self.var.mkdir()
        (self.var / "encoder").symlink_to(settings.var / "encoder")

    @property
    def environ(self) -> dict[str, str]:
        """The environment with the var folder of this installation filled in."""
        return {**os.environ, "BOXIAOER_VAR": str(self.settings.var)}

    def shipped(self) -> Model:
        """The assistant in service. Raises NoModel."""
        file, _ = current(self.settings)
        return Model(file)

    @property
    def encoders(self) -> list[str]:
        """The encoders to choose among: those of the set-up, unless one is asked for."""
        if os.environ.get("BOXIAOER_ENCODER"):
            return [""]
        folder = self.settings.var / "encoder"
        return [name for name in (DEFAULT_NAME, WHEEL_NAME) if is_built(folder / name)]

    def train_best(
        self, system: str, config: Mapping[str, Any], examples: Sequence[Example]
    ) -> Model:
        """Train with each of `encoders`; the model that knows most of what it held out.

        Its seconds are those of all. The encoder tuned on live rooms is not the best for every
        trade; which is, the training part alone says.
        """
        tried = [
            self.train(f"{system}-{name}", config, examples, encoder=name) for name in self.encoders
        ]
        best = max(tried, key=lambda model: model.held_out)
        return dataclasses.replace(best, train_s=sum(model.train_s or 0.0 for model in tried))

    def train(
        self,
        system: str,
        config: Mapping[str, Any],
        examples: Sequence[Example],
        encoder: str = "",
    ) -> Model:
        """Train a pipeline on examples. Raises JobFailed, whose message names the log."""
        # "a/b" is a retrieval intent to Rasa: any label of a file has to pass, so none is shown.
        labels = sorted({example.intent for example in examples})
        names = {label: f"label_{number:05d}" for number, label in enumerate(labels)}
        # To the trainer this one means something: texts without an intent.
        names |= {label: label for label in labels if label == OUT_OF_SCOPE}
        job = {
            "config": config,
            "examples": [{"text": e.text, "intent": names[e.intent]} for e in examples],
            "folder": str(self._work),
            "name": system,
        }
        title = f"training {system} on {len(examples)} texts"
        found = self._run("training", title, job, self.var, NO_CACHE | _choice(encoder))
        back = {name: label for label, name in names.items()}
        file = Path(found["model"])
        held_out = float(intent_report(file).get("accuracy") or 0.0)
        return Model(file, float(found["train_s"]), back, encoder, held_out)

    def parse(
        self,
        system: str,
        model: Model,
        texts: Sequence[str],
        var: Path | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Parsed:
        """Parse texts one by one. Raises JobFailed.

        `var` is the folder that the model is to see, `settings` what some components, by the
        name of their class, are to do otherwise than they were trained to.
        """
        job = {"model": str(model.file), "texts": list(texts), "settings": settings or {}}
        title = f"parsing {len(texts)} texts with {system}"
        more = ONE_THREAD | _choice(model.encoder)
        found = self._run("parsing", title, job, var or self.var, more)
        results, threshold = found["results"], found["threshold"]
        predictions = [read_prediction(result, threshold, model.labels) for result in results]
        return Parsed(results, predictions, float(found["parse_ms"]))

    def _run(
        self,
        module: str,
        title: str,
        job: Mapping[str, Any],
        var: Path,
        more: Mapping[str, str],
    ) -> dict[str, Any]:
        question, answer = self._work / f"{module}.json", self._work / f"{module}-result.json"
        question.write_text(json.dumps(job, ensure_ascii=False), "utf-8")
        child.run(
            title,
            [str(self._python), "-m", f"{MODULES}.{module}", str(question), str(answer)],
            self.settings.var / "log" / f"bench-{self._bench}-{module}.log",
            cwd=ROOT,
            environment={**self._environment(var), **more},
        )
        found: dict[str, Any] = json.loads(answer.read_text("utf-8"))
        return found

    def _environment(self, var: Path) -> dict[str, str]:
        settings = dataclasses.replace(self.settings, var=var)
        # Nothing is served here, so the keys of this run need not be the installation's.
        keys = shop_settings.secrets(self._work)
        return rasa_environment(settings, keys, settings.action_port, ROOT)


def _choice(encoder: str) -> dict[str, str]:
    return {"BOXIAOER_ENCODER": encoder} if encoder else {}


@contextmanager
def rasa_side(bench: str) -> Iterator[RasaSide]:
    """A RasaSide whose models and files are gone at the end. Raises as its constructor does,
    and SettingsError.
    """
    settings = shop_settings.load({"BOXIAOER_VAR": str(ROOT / "var"), **os.environ})
    with tempfile.TemporaryDirectory(prefix="boxiaoer-bench-") as work:
        yield RasaSide(bench, settings, Path(work))


def rasa_python(root: Path) -> Path:
    """Rasa's Python of the project in `root`. Raises BenchFailed."""
    python = root / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        raise BenchFailed(f"no {root / '.venv-rasa'}: run `make setup`")
    return python


def say(text: str) -> None:
    """A line of progress, on stderr."""
    print(text, file=sys.stderr, flush=True)
