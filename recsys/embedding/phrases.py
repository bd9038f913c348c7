"""The FAQ's phrases as one searchable snapshot: vectors for meaning, text for wording."""

from __future__ import annotations

import io
import itertools
import json
import os
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from recsys.embedding.encoder import Encoder, Vectors
from recsys.embedding.text import normalise

VERSION = 1
# Wording is compared only among this many phrases nearest in meaning: comparing all
# would take longer than the rest of an answer.
NEAREST = 50
# How far equal wording closes the gap that meaning leaves to 1. Wording only lifts a
# score: as a share of it, it buried the paraphrases that have no word in common (top-1
# on the demo FAQ, each phrase against the rest: 46 % with a share of 0.3, 51 % without).
WORDING_LIFT = 0.2


class SnapshotDamaged(ValueError):
    """A phrase snapshot cannot be read, or its parts do not belong together."""


class PhraseSource(Protocol):
    """What `PhraseIndex.build` takes: any row with these fields."""

    @property
    def text(self) -> str: ...
    @property
    def faq_id(self) -> str: ...
    @property
    def sku(self) -> str | None: ...
    @property
    def valid_from(self) -> datetime | str | None: ...
    @property
    def valid_to(self) -> datetime | str | None: ...


@dataclass(frozen=True, slots=True)
class PhraseHit:
    """One FAQ entry found, by its best phrase. Score in 0..1; dates ISO-8601 UTC or ""."""

    faq_id: str
    phrase: str
    score: float
    sku: str
    exact: bool
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class PhraseColumns:
    """The rows of a snapshot, column by column, all of one length."""

    texts: tuple[str, ...] = ()
    faq_ids: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    valid_from: tuple[str, ...] = ()
    valid_to: tuple[str, ...] = ()

    def by_name(self) -> dict[str, tuple[str, ...]]:
        """The columns under their names."""
        return {name: getattr(self, name) for name in self.__slots__}


class PhraseIndex:
    """Phrases of the FAQ with their vectors; immutable once made."""

    def __init__(
        self, columns: PhraseColumns, vectors: Vectors, encoder: str, unrelated: float = 0.0
    ) -> None:
        """`encoder` is the fingerprint of the encoder that made `vectors` [n, d];
        `unrelated` its cosine between texts that have nothing in common.
        """
        lengths = {len(column) for column in columns.by_name().values()}
        if vectors.ndim != 2 or lengths != {len(vectors)}:
            raise SnapshotDamaged(
                f"phrase columns of {sorted(lengths)} rows for vectors of shape {vectors.shape}"
            )
        self.columns = columns
        self.vectors: Vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self.encoder = encoder
        self.unrelated = unrelated
        self._normal = [_normal(text) for text in columns.texts]
        self._rows_of = _positions(self._normal)

    def __len__(self) -> int:
        return len(self.columns.texts)

    @property
    def texts(self) -> tuple[str, ...]:
        """The phrases as the owner wrote them."""
        return self.columns.texts

    @property
    def faq_ids(self) -> tuple[str, ...]:
        """The FAQ entry of each phrase."""
        return self.columns.faq_ids

    @property
    def skus(self) -> tuple[str, ...]:
        """The product of each phrase, "" when it holds for the whole shop."""
        return self.columns.skus

    @property
    def valid_from(self) -> tuple[str, ...]:
        """Start of validity, ISO-8601 UTC, or ""."""
        return self.columns.valid_from

    @property
    def valid_to(self) -> tuple[str, ...]:
        """End of validity, ISO-8601 UTC, or ""."""
        return self.columns.valid_to

    @classmethod
    def build(
        cls,
        rows: Iterable[PhraseSource],
        encoder: Encoder,
        previous: PhraseIndex | None = None,
    ) -> PhraseIndex:
        """Encode phrases; vectors that `previous` has for the same text are reused, so
        that a phrase taught during the show costs one encoding, not thousands.
        """
        columns = _columns(rows)
        vectors = _vectors(columns.texts, encoder, previous)
        return cls(columns, vectors, encoder.fingerprint, encoder.settings.unrelated)

    def search(self, vector: Vectors, text: str, k: int) -> list[PhraseHit]:
        """The k best FAQ entries for a query, best first, one hit an entry.

        `vector` [d] is the query's (kind "query", by the encoder of this snapshot).
        The score joins cosine, stretched so that unrelated texts get 0, and overlap
        of character pairs; equal normalised text scores 1.
        """
        query = np.asarray(vector, dtype=np.float32).reshape(-1)
        if not len(self) or k <= 0:
            return []
        if query.shape[0] != self.vectors.shape[1]:
            raise ValueError(
                f"a query vector of {query.shape[0]} for phrases of {self.vectors.shape[1]}"
            )
        cosines: Vectors = self.vectors @ query
        normal = normalise(text)
        exact = self._rows_of.get(normal, []) if normal else []
        scores = self._scores(cosines, self._candidates(cosines, k), normal)
        scores.update(dict.fromkeys(exact, 1.0))
        return self._best_of_each(scores, frozenset(exact))[:k]

    def _candidates(self, cosines: Vectors, k: int) -> list[int]:
        """Rows nearest in meaning; more of them while they name fewer than k entries."""
        count = min(len(self), max(NEAREST, k))
        while True:
            if count >= len(self):
                return list(range(len(self)))
            rows: list[int] = np.argpartition(cosines, -count)[-count:].tolist()
            if len({self.faq_ids[row] for row in rows}) >= k:
                return rows
            count *= 4

    def _scores(self, cosines: Vectors, rows: Sequence[int], normal: str) -> dict[int, float]:
        pairs = _pairs(normal)
        stretch = max(1.0 - self.unrelated, 1e-6)
        scores = {}
        for row in rows:
            meaning = min(max((float(cosines[row]) - self.unrelated) / stretch, 0.0), 1.0)
            wording = _overlap(pairs, _pairs(self._normal[row]))
            scores[row] = meaning + (1.0 - meaning) * WORDING_LIFT * wording
        return scores

    def _best_of_each(self, scores: Mapping[int, float], exact: frozenset[int]) -> list[PhraseHit]:
        """One hit an entry, exact ones first, then by score; ties keep the owner's order."""
        order = sorted(scores, key=lambda row: (row not in exact, -scores[row], row))
        hits: dict[str, PhraseHit] = {}
        for row in order:
            faq_id = self.faq_ids[row]
            if faq_id not in hits:
                hits[faq_id] = PhraseHit(
                    faq_id,
                    self.texts[row],
                    scores[row],
                    self.skus[row],
                    row in exact,
                    self.valid_from[row],
                    self.valid_to[row],
                )
        return list(hits.values())

    def save(self, path: Path | str) -> None:
        """Write the snapshot; readers see the old file or the new one, never half of it."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "version": VERSION,
            "encoder": self.encoder,
            "unrelated": self.unrelated,
            **self.columns.by_name(),
        }
        # Strings go in as JSON bytes: numpy would need pickle or pad all to the longest.
        text = np.frombuffer(json.dumps(content, ensure_ascii=False).encode(), dtype=np.uint8)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, vectors=self.vectors, content=text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path | str) -> PhraseIndex:
        """Read a snapshot; raises FileNotFoundError or SnapshotDamaged."""
        # Read whole first: the file may be replaced while we parse it.
        data = io.BytesIO(Path(path).read_bytes())
        try:
            with np.load(data, allow_pickle=False) as arrays:
                vectors = arrays["vectors"]
                content = json.loads(arrays["content"].tobytes())
            if content["version"] != VERSION:
                raise SnapshotDamaged(f"version {content['version']}, not {VERSION}")
            columns = PhraseColumns(
                **{name: tuple(content[name]) for name in PhraseColumns.__slots__}
            )
            return cls(columns, vectors, content["encoder"], float(content["unrelated"]))
        except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise SnapshotDamaged(f"phrase snapshot {path} is unreadable: {error}") from error


# A snapshot is made again at each edit, and all its phrases but one are the same.
_normal = lru_cache(maxsize=1 << 17)(normalise)


def _positions(texts: Sequence[str]) -> dict[str, list[int]]:
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        rows[text].append(row)
    return dict(rows)


def _columns(rows: Iterable[PhraseSource]) -> PhraseColumns:
    taken = list(rows)
    return PhraseColumns(
        texts=tuple(row.text for row in taken),
        faq_ids=tuple(row.faq_id for row in taken),
        skus=tuple(row.sku or "" for row in taken),
        valid_from=tuple(_iso(row.valid_from) for row in taken),
        valid_to=tuple(_iso(row.valid_to) for row in taken),
    )


def _iso(moment: datetime | str | None) -> str:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ValueError(f"a time without zone: {moment}; FAQ dates are UTC")
        return moment.astimezone(timezone.utc).isoformat()
    return moment or ""


def _vectors(texts: Sequence[str], encoder: Encoder, previous: PhraseIndex | None) -> Vectors:
    known: dict[str, int] = {}
    if previous is not None and previous.encoder == encoder.fingerprint:
        known = {text: row for row, text in enumerate(previous.texts)}
    vectors = np.empty((len(texts), encoder.dim), dtype=np.float32)
    new = [row for row, text in enumerate(texts) if text not in known]
    # Both sides of this comparison are questions, hence "query" and not "passage".
    vectors[new] = encoder.encode([texts[row] for row in new], "query")
    for row, text in enumerate(texts):
        if previous is not None and text in known:
            vectors[row] = previous.vectors[known[text]]
    return vectors


# The phrases are the same at each search.
@lru_cache(maxsize=1 << 17)
def _pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring letters and digits; a single character stands for itself."""
    letters = [character for character in text if character.isalnum()] or list(text)
    if len(letters) == 1:
        return frozenset(letters)
    return frozenset(a + b for a, b in itertools.pairwise(letters))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice coefficient, 0 when either text is empty."""
    total = len(one) + len(other)
    return 2.0 * len(one & other) / total if total else 0.0
