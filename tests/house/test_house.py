"""The house rules that a script can see: sizes, names, one truth for each thing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("actions", "benchmarks", "recsys", "rasa_project", "shop", "web")
FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))
    yield from sorted((ROOT / "tests").rglob("*.py"))


def function_lengths(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or 0) - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}"


def test_no_file_is_longer_than_400_lines() -> None:
    counted = {str(p.relative_to(ROOT)): p.read_text("utf-8").count("\n") for p in sources()}
    assert not {path: n for path, n in counted.items() if n > 400}


def test_functions_are_small() -> None:
    lengths = sorted(length for path in sources() for length in function_lengths(path))
    assert lengths[int(0.9 * (len(lengths) - 1))][0] <= 30, lengths[-20:]
    assert max(length for length, _ in lengths) <= 60


@pytest.mark.parametrize("package", PACKAGES)
def test_names_say_what_is_inside(package: str) -> None:
    assert not {p.stem for p in (ROOT / package).rglob("*.py")} & FORBIDDEN


def test_nothing_is_left_unfinished() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    left = [str(p.relative_to(ROOT)) for p in sources() if any(m in p.read_text() for m in marks)]
    assert not left


def test_changelog_tells_of_this_version() -> None:
    version = next(
        line.split('"')[1]
        for line in (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
        if line.startswith("version")
    )
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
