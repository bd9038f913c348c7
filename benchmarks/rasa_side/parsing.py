"""Parse texts by a model: `python -m benchmarks.rasa_side.parsing JOB RESULT`, both JSON files."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent  # type: ignore[import-not-found]
from rasa.core.channels.channel import UserMessage  # type: ignore[import-not-found]
from rasa.engine.graph import ExecutionContext  # type: ignore[import-not-found]
from rasa.engine.runner.dask import DaskGraphRunner  # type: ignore[import-not-found]
from rasa.engine.storage.local_model_storage import (  # type: ignore[import-not-found]
    LocalModelStorage,
)

KEPT = ("intent", "intent_ranking", "gate", "faq")
THRESHOLD = "intent_threshold"
WARM_UP = 5  # first calls allocate


async def parse(job: Mapping[str, Any]) -> dict[str, Any]:
    """Each text's result, the classifier's threshold (None without one), the median ms."""
    processor = Agent.load(job["model"]).processor
    if job["settings"]:
        processor.graph_runner = with_settings(Path(job["model"]), job["settings"])
    texts = [without_slash(text) for text in job["texts"]]
    for text in texts[:WARM_UP]:
        await processor.parse_message(UserMessage(text))
    results, durations = [], []
    for text in texts:
        started = time.perf_counter()
        parsed = await processor.parse_message(UserMessage(text))
        durations.append(time.perf_counter() - started)
        results.append({key: parsed[key] for key in KEPT if key in parsed})
    # The threshold is for the components alone and is not part of the output.
    inner = await processor.parse_message(UserMessage(texts[0]), only_output_properties=False)
    return {
        "results": results,
        "threshold": inner.get(THRESHOLD),
        "parse_ms": statistics.median(durations) * 1e3,
    }


def with_settings(model: Path, settings: Mapping[str, Mapping[str, Any]]) -> DaskGraphRunner:
    """The model's graph with other settings of some components, by class name."""
    with tempfile.TemporaryDirectory() as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), model)
        schema = metadata.predict_schema
        for node in schema.nodes.values():
            node.config.update(settings.get(node.uses.__name__, {}))
        return DaskGraphRunner.create(schema, storage, ExecutionContext(schema, metadata.model_id))


def without_slash(text: str) -> str:
    """As the gateway does it: to Rasa a leading slash means an intent, not a text."""
    return text.lstrip("/／ \t")


def main(argv: Sequence[str]) -> int:
    """Do the job and write its result."""
    job, result = map(Path, argv)
    found = asyncio.run(parse(json.loads(job.read_text("utf-8"))))
    result.write_text(json.dumps(found, ensure_ascii=False, default=float), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
