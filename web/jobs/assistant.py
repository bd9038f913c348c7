"""Training the Rasa assistant in a child process, and the record of what was trained.

`var/models/assistant/current.json` names the model to serve with its SHA-256: loading a Rasa
model runs code, so nothing but a model built here is ever loaded (CVE-2024-49375).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from recsys.embedding import default_encoder
from shop.settings import Secrets, Settings
from web.jobs import child
from web.rasa_pool import rasa_environment

# What a model is made from: when none of it changed, training again gives the same model.
SOURCES = ("config.yml", "rasa_project", "data/nlu", "data/rules", "data/stories")


class NoModel(Exception):
    """There is no trained assistant, or it is not the file that was recorded."""


@dataclass(frozen=True, slots=True)
class Model:
    """A trained assistant: file name, its hash, what it was made from, how long it took."""

    file: str
    sha256: str
    sources: str
    trained_at: str
    seconds: float


def train(
    settings: Settings, secrets: Secrets, root: Path, *, if_needed: bool = False
) -> tuple[Model, bool]:
    """Train, record and return the model, and whether it is new. Raises JobFailed."""
    folder = _folder(settings)
    sources = fingerprint(root)
    if if_needed and (model := _unchanged(settings, sources)) is not None:
        return model, False
    name = f"assistant-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    seconds = child.run(
        "training the assistant",
        _command(root, folder, name),
        settings.var / "log" / "train.log",
        cwd=root,
        environment=rasa_environment(settings, secrets, settings.action_port, root),
    )
    model = _record(folder, f"{name}.tar.gz", sources, seconds)
    return model, True


def current(settings: Settings) -> tuple[Path, Model]:
    """The model to serve. Raises NoModel when there is none, or when its hash is not ours."""
    folder = _folder(settings)
    try:
        model = Model(**json.loads((folder / "current.json").read_text("utf-8")))
        found = _sha256(folder / model.file)
    except (OSError, ValueError, TypeError) as error:
        raise NoModel(f"no trained assistant in {folder}: run `boxiaoer train`") from error
    if found != model.sha256:
        raise NoModel(f"{folder / model.file} was altered since training: run `boxiaoer train`")
    return folder / model.file, model


def fingerprint(root: Path) -> str:
    """SHA-256 over everything that a model is made from, the encoder included."""
    digest = hashlib.sha256(default_encoder().fingerprint.encode())
    for path in _source_files(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _source_files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        path = root / name
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (p for p in found if p.suffix in (".yml", ".py", ".json", ".txt", ".csv"))


def _folder(settings: Settings) -> Path:
    return settings.var / "models" / "assistant"


def _unchanged(settings: Settings, sources: str) -> Model | None:
    try:
        _, model = current(settings)
    except NoModel:
        return None
    return model if model.sources == sources else None


def _command(root: Path, folder: Path, name: str) -> list[str]:
    python = root / ".venv-rasa" / "bin" / "python"
    data = [str(root / "data" / part) for part in ("nlu", "rules", "stories")]
    return [
        *(str(python), "-m", "rasa", "train", "--config", "config.yml"),
        *("--domain", "rasa_project/domain", "--data", *data),
        *("--out", str(folder), "--fixed-model-name", name),
    ]


def _record(folder: Path, file: str, sources: str, seconds: float) -> Model:
    model = Model(
        file, _sha256(folder / file), sources, datetime.now(UTC).isoformat(), round(seconds, 1)
    )
    temporary = folder / "current.json.tmp"
    temporary.write_text(json.dumps(asdict(model), indent=1), "utf-8")
    temporary.replace(folder / "current.json")
    return model


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
