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
from benchmarks.understanding.labelled import Example
from benchmarks.understanding.prediction import Prediction, read_prediction
from recsys.embedding import EncoderMissing
from recsys.embedding.location import encoder_folder, is_built
from shop import settings as shop_settings
from shop.settings import Settings
from web.jobs import child
from web.jobs.assistant import current
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

    `labels` leads from the names that Rasa knows back to the labels of the file.
    """

    file: Path
    train_s: float | None = None
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)


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

    def train(self, system: str, config: Mapping[str, Any], examples: Sequence[Example]) -> Model:
        """Train a pipeline on examples. Raises JobFailed, whose message names the log."""
        # "a/b" is a retrieval intent to Rasa: any label of a file has to pass, so none is shown.
        labels = sorted({example.intent for example in examples})
        names = {label: f"label_{number:05d}" for number, label in enumerate(labels)}
        job = {
            "config": config,
            "examples": [{"text": e.text, "intent": names[e.intent]} for e in examples],
            "folder": str(self._work),
            "name": system,
        }
        title = f"training {system} on {len(examples)} texts"
        found = self._run("training", title, job, self.var, NO_CACHE)
        back = {name: label for label, name in names.items()}
        return Model(Path(found["model"]), float(found["train_s"]), back)

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
        found = self._run("parsing", title, job, var or self.var, ONE_THREAD)
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
