"""How much memory an object holds: what a model keeps, not what its fit passed through."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np


def held_bytes(thing: Any) -> int:
    """Bytes of arrays, texts and containers that are reached from here, each counted once."""
    seen: set[int] = set()
    total, waiting = 0, [thing]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            # A view owns nothing; what it looks at is counted where it is reached.
            total += one.nbytes if one.base is None else 0
            waiting += [] if one.base is None else [one.base]
            continue
        total += sys.getsizeof(one)
        waiting += _inside(one)
    return total


def _inside(one: Any) -> Iterator[Any]:
    if isinstance(one, str | bytes | int | float | type):
        return
    if isinstance(one, Mapping):
        yield from one.keys()
        yield from one.values()
    elif isinstance(one, list | tuple | set | frozenset):
        yield from one
    elif not callable(one):
        yield from vars(one).values() if hasattr(one, "__dict__") else ()
        names = {name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())}
        yield from (getattr(one, name) for name in names if hasattr(one, name))
