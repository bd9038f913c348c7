"""Sentences to vectors, by ONNX; runs on Python 3.10 (Rasa) and 3.11 (everything else)."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from recsys.embedding.location import (
    MODEL_FILE,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    encoder_folder,
    is_built,
)
from recsys.embedding.tuned import TunedTexts

Kind = Literal["query", "passage"]
Vectors = NDArray[np.float32]

# Texts, and tokens with padding, that go through the model at once. More texts are not
# faster here; the second bound keeps long ones from doubling the process's memory.
BATCH = 32
BATCH_TOKENS = 1024
# A batch is padded to its longest text, and padding costs what tokens cost: beyond this many times
# its shortest, a text goes into the next. 16 comments at a time take a third less time so.
LONGEST_TO_SHORTEST = 1.25
# No piece of a vocabulary is longer on average; beyond this a text is cut before
# tokenisation, so that a pasted book costs no more than a paragraph.
CHARACTERS_PER_TOKEN = 16
# Batches that run side by side. One batch stays in one thread: two that sleep between
# products slow a single text down (2.9 ms against 2.4), and two that spin are faster
# alone (1.9 ms) but two to three times slower on a machine with other work.
DEFAULT_THREADS = min(2, os.cpu_count() or 1)


class EncoderMissing(RuntimeError):
    """The sentence encoder is not built, or its folder is damaged."""


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """What encoder.json states about a built encoder."""

    name: str
    dim: int
    max_tokens: int
    pad_id: int
    prefixes: Mapping[str, str]
    unrelated: float
    built_from: str

    @classmethod
    def read(cls, folder: Path) -> EncoderSettings:
        """Settings of a built folder; raises EncoderMissing."""
        try:
            content = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
            return cls(**{name: content[name] for name in cls.__slots__})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EncoderMissing(
                f"{SETTINGS_FILE} in {folder} is unreadable ({error!r}); run: make encoder"
            ) from error


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts that go through the model at once: their rows, padded piece ids and mask."""

    rows: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]


class Encoder:
    """A built sentence encoder. Safe to share between threads."""

    def __init__(
        self,
        settings: EncoderSettings,
        tokenizer: Tokenizer,
        session: onnxruntime.InferenceSession,
        fingerprint: str,
        threads: int,
        tuned: TunedTexts,
    ) -> None:
        self.settings = settings
        self.tuned = tuned
        self.fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._session = session
        self._pool = ThreadPoolExecutor(threads, "encoder") if threads > 1 else None

    @classmethod
    def load(cls, folder: Path | str, threads: int = DEFAULT_THREADS) -> Encoder:
        """Load a built encoder that runs up to `threads` batches side by side.

        Raises EncoderMissing with the command that builds it.
        """
        folder = Path(folder)
        if not is_built(folder):
            raise EncoderMissing(f"no sentence encoder in {folder}; run: make encoder")
        settings = EncoderSettings.read(folder)
        try:
            tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            session = _session(folder / MODEL_FILE)
        except Exception as error:  # both libraries raise bare Exception subclasses
            raise EncoderMissing(
                f"the sentence encoder in {folder} does not load ({error}); "
                "delete that folder and run: make encoder"
            ) from error
        tokenizer.no_padding()
        tokenizer.enable_truncation(settings.max_tokens)
        fingerprint = _fingerprint(folder, settings)
        return cls(settings, tokenizer, session, fingerprint, threads, TunedTexts.read(folder))

    @property
    def dim(self) -> int:
        """Length of one vector."""
        return self.settings.dim

    @property
    def name(self) -> str:
        """Name of the model that the encoder was built from."""
        return self.settings.name

    def nearness(self, cosines: Vectors) -> Vectors:
        """Cosines stretched so that unrelated texts get 0 and equal ones 1.

        Encoders of this family put unlike texts at 0.8: no threshold on the bare cosine holds
        for another encoder.
        """
        stretch = max(1.0 - self.settings.unrelated, 1e-6)
        nearness: Vectors = np.clip((cosines - self.settings.unrelated) / stretch, 0.0, 1.0)
        return nearness

    def encode(self, texts: Sequence[str], kind: Kind = "query") -> Vectors:
        """Vectors [n, dim], float32, each of length 1, in the order of `texts`.

        Raises TypeError for a bare string, which would be taken letter by letter.
        """
        if isinstance(texts, str):
            raise TypeError("encode takes a sequence of texts, not one string")
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        prefix = self.settings.prefixes.get(kind, "")
        prepared = [prefix + self._cut(text) for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(prepared)]

        def run(batch: Batch) -> None:
            feed = {"input_ids": batch.ids, "attention_mask": batch.mask}
            vectors[batch.rows] = self._session.run(None, feed)[0]

        batches = list(_batches(tokens, self.settings.pad_id))
        # onnxruntime lets go of the interpreter lock, so threads do run side by side.
        run_all = self._pool.map if self._pool and len(batches) > 1 else map
        for _ in run_all(run, batches):
            pass
        return vectors

    def _cut(self, text: str) -> str:
        """The text as the tokenizer can take it: valid Unicode, of bounded length."""
        limit = self.settings.max_tokens * CHARACTERS_PER_TOKEN
        if len(text) > limit:
            text = " ".join(text.split())[:limit]
        # A lone half of an emoji (JSON allows it) cannot be encoded and is dropped.
        return text.encode("utf-8", "ignore").decode("utf-8")


def _groups(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of each batch: texts of like length together, within all bounds."""
    group: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        # Sorted upwards, so this row is the longest and sets the padding of all.
        full = len(group) == BATCH or (len(group) + 1) * lengths[row] > BATCH_TOKENS
        if group and (full or lengths[row] > LONGEST_TO_SHORTEST * lengths[group[0]]):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _batches(tokens: Sequence[Sequence[int]], pad_id: int) -> Iterator[Batch]:
    """All texts, batch by batch."""
    for rows in _groups([len(ids) for ids in tokens]):
        # A tokenizer without special tokens may give nothing: one pad stands for it.
        pieces = [tokens[row] or (pad_id,) for row in rows]
        shape = (len(rows), len(pieces[-1]))
        padded = np.full(shape, pad_id, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        for line, ids in enumerate(pieces):
            padded[line, : len(ids)] = ids
            mask[line, : len(ids)] = 1
        yield Batch(rows, padded, mask)


def _session(model: Path) -> onnxruntime.InferenceSession:
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # see DEFAULT_THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _fingerprint(folder: Path, settings: EncoderSettings) -> str:
    """Short hash of all that decides a vector: model, tokenizer, length, prefixes."""
    decisive = (settings.max_tokens, settings.pad_id, sorted(settings.prefixes.items()))
    digest = hashlib.sha256(repr(decisive).encode())
    for name in (MODEL_FILE, TOKENIZER_FILE):
        with (folder / name).open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()[:16]


_loaded: dict[Path, Encoder] = {}
_loading = threading.Lock()


def default_encoder() -> Encoder:
    """The encoder that the environment chooses, loaded once a process."""
    folder = encoder_folder()
    with _loading:
        if folder not in _loaded:
            _loaded[folder] = Encoder.load(folder)
        return _loaded[folder]


def encode(texts: Sequence[str], kind: Kind = "query") -> Vectors:
    """Vectors [n, dim] of texts by the default encoder; see Encoder.encode."""
    return default_encoder().encode(texts, kind)
