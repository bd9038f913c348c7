from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.importing import cells
from shop.importing.report import BadCell


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.money, "1299", 129_900),
        (cells.money, "￥1,299.00", 129_900),
        (cells.money, "¥ 0.10", 10),
        (cells.money, "99.9元", 9_990),
        (cells.money, "９９．９", 9_990),
        (cells.money, "RMB 12", 1_200),
        (cells.money, "0", 0),
        (cells.money, "19.99", 1_999),  # 1998.9999… as a float
        (cells.count, "1,200", 1_200),
        (cells.count, "12.0", 12),
        (cells.number, "-1.5", -1.5),
        (cells.number, "1e3", 1_000.0),
        (cells.height, "1.65米", 165.0),
        (cells.height, "165CM", 165.0),
        (cells.weight, "110斤", 55.0),
        (cells.weight, "55.5kg", 55.5),
        (cells.weight, "55", 55.0),
        (cells.listing, "a| b ||a｜c", ("a", "b", "c")),
        (cells.key, "A-1", "A-1"),
    ],
)
def test_read(read: Callable[[str], Any], cell: str, value: object) -> None:
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (cells.money, "-1"), (cells.money, "￥-1"), (cells.money, "1.999"), (cells.money, "1,29"),
        (cells.money, "免费"), (cells.money, "1-2"), (cells.money, "NaN"), (cells.money, "1e9"),
        (cells.money, "9" * 40), (cells.money, "12万"), (cells.money, "$5"), (cells.money, ","),
        (cells.count, "-1"), (cells.count, "1.5"), (cells.count, "9" * 5_000),
        (cells.count, "many"),
        (cells.positive, "0"), (cells.number, "inf"), (cells.number, "nan"),
        (cells.number, "1e999"),
        (cells.height, "高"), (cells.height, "400"), (cells.weight, "-3"), (cells.weight, "9999斤"),
        (cells.key, "6.91234E+18"), (cells.key, "x" * 201),
        (cells.moment, "2024-02-30"), (cells.moment, "昨天"), (cells.moment, "2024-11-11 25:00"),
        (cells.moment, "20241111"), (cells.moment, "0001-01-01"),
    ],
)  # fmt: skip
def test_refused(read: Callable[[str], Any], cell: str) -> None:
    with pytest.raises(BadCell):
        read(cell)


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2024-11-11 20:00:00", (2024, 11, 11, 12)),
        ("2024-11-11T20:00:00", (2024, 11, 11, 12)),
        ("2024-11-11T20:00:00Z", (2024, 11, 11, 20)),
        ("2024-11-11T20:00:00+09:00", (2024, 11, 11, 11)),
        ("2024-11-11 20:00:00.000 +00:00", (2024, 11, 11, 20)),
        ("2016/11/5", (2016, 11, 4, 16)),
        ("2024年11月11日 8:00", (2024, 11, 11, 0)),
        ("2024-11-11 07:00", (2024, 11, 10, 23)),
    ],
)
def test_times_are_chinas_unless_they_say_otherwise(cell: str, utc: tuple[int, ...]) -> None:
    read = cells.moment(cell)
    assert read == datetime(*utc, tzinfo=UTC)  # type: ignore[arg-type,misc]
    assert read.tzinfo is UTC


def test_the_last_day_of_a_range_is_in_it() -> None:
    assert cells.last_moment("2024-11-11") == datetime(
        2024, 11, 11, 15, 59, 59, 999_999, tzinfo=UTC
    )
    assert cells.last_moment("2024-11-11 00:00") == datetime(2024, 11, 10, 16, tzinfo=UTC)


@given(st.integers(0, 10**12), st.booleans())
def test_money_is_exact(fen: int, grouped: bool) -> None:
    yuan = f"{fen // 100:,}" if grouped else str(fen // 100)
    assert cells.money(f"¥{yuan}.{fen % 100:02d}") == fen


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(cell: str) -> None:
    for read in (cells.money, cells.count, cells.number, cells.height, cells.moment, cells.key):
        try:
            read(cell)
        except BadCell:
            continue
