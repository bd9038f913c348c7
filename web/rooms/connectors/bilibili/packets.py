"""Binary frames of Bilibili's live WebSocket.

A packet is a header of 16 bytes, big-endian, and a body: total length (4), header length (2),
version (2), operation (4), sequence (4). Version 0 is JSON as it is, 2 is zlib and 3 brotli
around further packets. Source: open-live.bilibili.com/document, 长连协议说明.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import brotli

HEADER = struct.Struct(">IHHII")
PLAIN, ZLIB, BROTLI = 0, 2, 3
# A frame of a busy room unpacks to some hundred kB; more is an attack on memory.
LARGEST = 8 * 1024 * 1024
# Packed packets hold plain ones.
DEEPEST = 2


class BadPacket(Exception):
    """Bytes that are no packet of this protocol."""


class Operation(IntEnum):
    """What a packet is for; others exist and are passed over."""

    HEARTBEAT = 2
    HEARTBEAT_REPLY = 3
    MESSAGE = 5
    AUTH = 7
    AUTH_REPLY = 8


@dataclass(frozen=True, slots=True)
class Packet:
    """One unpacked packet."""

    operation: int
    body: bytes


def packed(operation: Operation, body: bytes = b"", sequence: int = 1) -> bytes:
    """A plain packet to send."""
    size = HEADER.size + len(body)
    return HEADER.pack(size, HEADER.size, PLAIN, operation, sequence) + body


def unpacked(frame: bytes, depth: int = DEEPEST) -> Iterator[Packet]:
    """The packets of a frame, those within packed ones in their place. Raises BadPacket."""
    at = 0
    while at < len(frame):
        if len(frame) - at < HEADER.size:
            raise BadPacket(f"{len(frame) - at} bytes left, a header has {HEADER.size}")
        size, header, version, operation, _ = HEADER.unpack_from(frame, at)
        if header < HEADER.size or size < header or at + size > len(frame):
            raise BadPacket(f"a packet of {size} bytes in a frame of {len(frame)}")
        body = frame[at + header : at + size]
        at += size
        if version in (ZLIB, BROTLI) and operation == Operation.MESSAGE:
            if not depth:
                raise BadPacket("packed more than twice")
            yield from unpacked(_inflated(version, body), depth - 1)
        else:
            yield Packet(operation, body)


def _inflated(version: int, body: bytes) -> bytes:
    unpack = {ZLIB: _zlib, BROTLI: _brotli}[version]
    try:
        return unpack(body)
    except (zlib.error, brotli.error) as error:
        raise BadPacket(f"a body that does not unpack: {error}") from error


def _zlib(body: bytes) -> bytes:
    stream = zlib.decompressobj()
    content = stream.decompress(body, LARGEST)
    if stream.unconsumed_tail:
        raise BadPacket(f"unpacks to more than {LARGEST} bytes")
    return content


def _brotli(body: bytes) -> bytes:
    stream = brotli.Decompressor()
    content: bytes = stream.process(body, output_buffer_limit=LARGEST)
    if not stream.is_finished():
        raise BadPacket(f"is cut short, or unpacks to more than {LARGEST} bytes")
    return content
