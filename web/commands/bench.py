"""`boxiaoer bench NAME [options]`: run benchmarks/NAME.py, or every one of them."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Iterator

import benchmarks
from web.commands.failure import CommandFailed

# Parts of the package that measure nothing themselves.
NOT_BENCHMARKS = frozenset({"harness"})


def arguments(parser: argparse.ArgumentParser) -> None:
    """NAME and whatever the benchmark itself understands."""
    parser.add_argument("name", metavar="NAME", help=f"one of: all, {', '.join(names())}")
    parser.add_argument("options", nargs=argparse.REMAINDER, help="options of the benchmark")


def run(parsed: argparse.Namespace) -> int:
    """The benchmark's own exit code; of all, the worst."""
    if parsed.name != "all" and parsed.name not in names():
        raise CommandFailed(f"no benchmark {parsed.name!r}; there are: {', '.join(names())}")
    chosen = names() if parsed.name == "all" else [parsed.name]
    return max(_main(name, parsed.options) for name in chosen)


def names() -> list[str]:
    """Every benchmark, by name."""
    return sorted(_modules() - NOT_BENCHMARKS)


def _modules() -> set[str]:
    return {module.name for module in _iterate() if not module.ispkg}


def _iterate() -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(benchmarks.__path__)


def _main(name: str, options: list[str]) -> int:
    code: int = importlib.import_module(f"benchmarks.{name}").main(options)
    return code
