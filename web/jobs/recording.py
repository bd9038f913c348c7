"""Reading a recorded room (JSONL), the real chatter of another (CSV), and labels (CSV)."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


class BadRecording(ValueError):
    """The file cannot be read; the message is one line that names file and line."""


@dataclass(frozen=True, slots=True)
class Said:
    """One recorded comment."""

    ts: datetime
    id: str
    viewer: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class OnAir:
    """From here on this product was explained."""

    ts: datetime
    sku: str


@dataclass(frozen=True, slots=True)
class Label:
    """What a recorded comment is: kind question, buying, chatter or spam, and its intent."""

    kind: str
    intent: str


Entry = Said | OnAir


def read(path: Path) -> tuple[str, list[Entry]]:
    """The room's name (of the first line) and everything that happened. Raises BadRecording."""
    room, entries = "", list[Entry]()
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            entries.append(_entry(row))
        except (ValueError, KeyError, TypeError) as error:
            raise BadRecording(f"{path}:{number}: {_why(error)}") from error
        room = room or str(row.get("room") or "")
    if not any(isinstance(entry, Said) for entry in entries):
        raise BadRecording(f"{path}: holds no comment")
    return room, entries


def read_noise(path: Path) -> list[tuple[str, str]]:
    """Pairs of user and text from a CSV with the columns user_hash and text."""
    rows = csv.DictReader(_lines(path))
    if not {"user_hash", "text"} <= set(rows.fieldnames or ()):
        raise BadRecording(f"{path}:1: needs the columns user_hash and text")
    noise = [(row["user_hash"] or "", row["text"] or "") for row in rows]
    if not noise:
        raise BadRecording(f"{path}: holds no comment")
    return noise


def read_labels(path: Path) -> dict[str, Label]:
    """Labels by comment id from a CSV with the columns id, kind, intent."""
    rows = csv.DictReader(_lines(path))
    if not {"id", "kind"} <= set(rows.fieldnames or ()):
        raise BadRecording(f"{path}:1: needs the columns id, kind, intent")
    return {row["id"]: Label(row["kind"], row.get("intent") or "") for row in rows}


def mixed(
    entries: Sequence[Entry], noise: Sequence[tuple[str, str]], rate: float, seed: int
) -> Iterator[Entry]:
    """The recording with `rate` noise comments after each comment of its own, drawn at random."""
    chance, owed, number = random.Random(seed), 0.0, 0
    for entry in entries:
        yield entry
        if not isinstance(entry, Said) or not noise:
            continue
        owed += rate
        while owed >= 1:
            owed -= 1
            number += 1
            viewer, text = chance.choice(noise)
            yield Said(entry.ts, f"noise{number}", f"noise-{viewer}", text)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecording(f"{path} cannot be read: {error}") from error


def _entry(row: Any) -> Entry:
    if not isinstance(row, dict):
        raise TypeError("must be an object")
    ts = datetime.fromisoformat(_text(row, "ts"))
    if ts.tzinfo is None:
        raise ValueError("ts must have a zone")
    if "on_air" in row:
        return OnAir(ts, _text(row, "on_air"))
    name = row.get("name") or ""
    return Said(ts, _text(row, "id"), _text(row, "viewer"), _text(row, "text"), str(name))


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text")
    return value


def _why(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"{error.args[0]} is missing"
    if isinstance(error, json.JSONDecodeError):
        return f"is not JSON ({error.msg})"
    return str(error)
