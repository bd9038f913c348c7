from __future__ import annotations

import pytest

from shop.catalogue import Product, SizeRow, Variant
from shop.sizing import BETWEEN, FITS, NO_CHART, OUT_OF_CHART, advise

CHART = (
    SizeRow("S", 150, 160, 40, 50),
    SizeRow("M", 158, 168, 48, 58),
    SizeRow("L", 165, 175, 56, 66),
)
DRESS = Product(
    "D1",
    "连衣裙",
    stock=3,
    sizes=CHART,
    variants=tuple(Variant(s, "", s.lower(), 1, n) for s, n in (("S", 4), ("M", 0), ("L", 1))),
)


@pytest.mark.parametrize(
    ("height", "weight", "size", "reason"),
    [
        (155, 45, "S", FITS),
        (150, 40, "S", FITS),
        (163, 53, "M", FITS),
        (159, 49, "S", FITS),  # both fit; nearer the middle of S
        (166, 57, "M", FITS),
        (170, 49, "M", BETWEEN),  # tall and light: M is 2 cm short, L is 7 kg wide
        (176, 57, "L", BETWEEN),
        (155, 53, "M", BETWEEN),  # short and heavy: S is 3 kg tight, M is 3 cm long
        (190, 60, None, OUT_OF_CHART),
        (160, 90, None, OUT_OF_CHART),
        (150, 66, None, OUT_OF_CHART),  # each within the chart, together in no row's reach
    ],
)
def test_advice(height: float, weight: float, size: str | None, reason: str) -> None:
    advice = advise(DRESS, height, weight)
    assert (advice.size, advice.reason) == (size, reason)


def test_of_two_sizes_as_near_the_larger_is_advised() -> None:
    chart = (SizeRow("S", 150, 170, 40, 50), SizeRow("M", 150, 170, 52, 60))
    assert advise(Product("D", "裙", sizes=chart), 160, 51).size == "M"


def test_stock_is_that_of_the_size() -> None:
    assert advise(DRESS, 155, 45).in_stock
    sold_out = advise(DRESS, 163, 53)
    assert not sold_out.in_stock
    assert sold_out.alternatives == ("S", "L")


def test_neighbours_without_stock_are_no_alternatives() -> None:
    assert advise(DRESS, 155, 45).alternatives == ()


def test_without_sized_variants_the_products_stock_counts() -> None:
    assert advise(Product("D", "裙", sizes=CHART, stock=1), 155, 45).in_stock
    assert not advise(Product("D", "裙", sizes=CHART, stock=0), 155, 45).in_stock


def test_no_chart_no_advice() -> None:
    advice = advise(Product("D", "裙"), 160, 50)
    assert (advice.size, advice.reason, advice.in_stock) == (None, NO_CHART, False)
