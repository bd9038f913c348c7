"""Train an NLU model: `python -m benchmarks.rasa_side.training JOB RESULT`, both JSON files."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Components are imported before the clock starts: TensorFlow alone takes seconds to load.
import rasa.engine.recipes.default_components  # type: ignore[import-not-found]  # noqa: F401
from rasa.model_training import train_nlu  # type: ignore[import-not-found]


def train(job: Mapping[str, Any]) -> dict[str, Any]:
    """Train `job`'s config on its examples; the model's file and the seconds it took."""
    folder, name = Path(job["folder"]), job["name"]
    config, nlu = folder / f"{name}-config.yml", folder / f"{name}-nlu.json"
    config.write_text(json.dumps(job["config"]), "utf-8")  # JSON is YAML as well
    # Rasa's YAML would read brackets as entities and drop blanks; its JSON takes texts as they are.
    examples = {"rasa_nlu_data": {"common_examples": job["examples"]}}
    nlu.write_text(json.dumps(examples, ensure_ascii=False), "utf-8")
    began = time.perf_counter()
    model = train_nlu(str(config), str(nlu), str(folder), fixed_model_name=name)
    seconds = time.perf_counter() - began
    if model is None:
        raise RuntimeError("Rasa took none of the examples")
    return {"model": model, "train_s": seconds}


def main(argv: Sequence[str]) -> int:
    """Do the job and write its result."""
    job, result = map(Path, argv)
    found = train(json.loads(job.read_text("utf-8")))
    result.write_text(json.dumps(found), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
