from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import recommend_latency as bench
from benchmarks.large_shop.held import held_bytes
from benchmarks.large_shop.moments import events, queries
from benchmarks.large_shop.shelf import DIMENSIONS, palette, shelf

COLOURS = palette(1, None)


def test_a_shop_of_any_size_is_the_same_by_seed() -> None:
    shop, again = shelf(300, 1, COLOURS), shelf(300, 1, COLOURS)
    assert shop.items.titles == again.items.titles
    np.testing.assert_array_equal(shop.items.vectors, again.items.vectors)
    assert len(shop.items) == 300
    assert shop.items.vectors.shape == (300, DIMENSIONS)
    assert 0 < shop.items.available.sum() < 300
    assert shop.shares.sum() == pytest.approx(1)


def test_vectors_and_texts_tell_of_the_same_thing() -> None:
    items = shelf(400, 1, COLOURS).items
    centred = items.vectors - items.vectors.mean(axis=0)
    alike = centred @ centred.T
    same = np.equal.outer(items.kind_of, items.kind_of)
    np.fill_diagonal(same, False)
    assert alike[same].mean() > 2 * abs(alike[~same].mean())


def test_moments_are_of_five_kinds() -> None:
    shop = shelf(200, 1, COLOURS)
    asked = queries(shop, COLOURS, 50, 2)
    assert len(asked) == 50
    assert sum(query.asks for query in asked) == 20
    assert sum(bool(query.constraints) for query in asked) == 10
    assert any(query.history for query in asked)
    assert any(query.on_air for query in asked)
    assert len(events(shop, 40, 3)) == 120


def test_held_memory_by_hand() -> None:
    array = np.zeros(1_000)
    alone = held_bytes(array)
    assert alone == 8_000
    assert held_bytes([array, array[10:], "x"]) < 8_000 + 300
    assert held_bytes({"a": array, "b": np.ones(1_000)}) > 16_000


def test_every_kind_of_the_registry_is_measured() -> None:
    assert {"content", "fallback", "popularity"} <= set(bench.kinds())


def test_the_last_line_is_json(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    options = ["--sizes", "60", "--viewers", "30", "--queries", "10", "--kinds", "fallback"]
    assert bench.main(options) == 0
    figures = json.loads(capfd.readouterr().out.strip().splitlines()[-1])
    assert set(bench.FIGURES) <= set(figures["fallback"]["60"])
    assert figures["fallback"]["60"]["p99_ms"] >= figures["fallback"]["60"]["p50_ms"] > 0
    assert 500 < figures["portrait"]["viewer_bytes"] < 4_000


def test_a_size_of_nothing_is_refused() -> None:
    with pytest.raises(SystemExit):
        bench.main(["--sizes", "0"])
