"""What came of the last fits, for the owner: `var/models/fits.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

KEPT = 30
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Fitted:
    """One fit of one model: the version it made ("" where there was nothing to learn from)."""

    at: str
    name: str
    version: str
    told: str
    seconds: float
    error: str = ""


def done(var: Path, name: str, version: str, told: str, seconds: float) -> None:
    """A fit ended well."""
    _add(var, Fitted(_now(), name, version, told[:LONGEST], seconds))


def failed(var: Path, name: str, error: Exception) -> None:
    """A fit failed; the model before it serves on."""
    said = f"{type(error).__name__}: {error}"[:LONGEST]
    _add(var, Fitted(_now(), name, "", "", 0.0, said))


def read(var: Path) -> list[Fitted]:
    """The last fits, newest first."""
    try:
        return [Fitted(**row) for row in json.loads(_file(var).read_text("utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _add(var: Path, one: Fitted) -> None:
    file = _file(var)
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(row) for row in [one, *read(var)][:KEPT]]
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    temporary.replace(file)


def _file(var: Path) -> Path:
    return var / "models" / "fits.json"


def _now() -> str:
    return datetime.now(UTC).isoformat()
