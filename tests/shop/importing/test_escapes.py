from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.importing import cells
from shop.importing.escapes import from_xlsx, guard, join, split, to_xlsx, unguard

NASTY = st.text(st.sampled_from("'=+-@\t\r\n\\|｜_x05FDabc 猫\x01\ufffe"))


@given(NASTY)
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguard(guard(text)) == text


def test_other_apostrophes_are_left_alone() -> None:
    for text in ("'quoted'", "''", "it's", "'90s", "", "1=1"):
        assert guard(text) == unguard(text) == text


@given(st.lists(NASTY, min_size=1))
def test_lists_of_anything_come_back(items: list[str]) -> None:
    assert split(join(items)) == items


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("一|二｜三", ("一", "二", "三")),
        (r"一\|二", ("一|二",)),
        (r"一\｜二|三", ("一｜二", "三")),
        (r"C:\dir\\x|二", (r"C:\dir\\x", "二")),
        (r"一\\|二", ("一" + "\\", "二")),
        (r"一\\\|二", (r"一\|二",)),
        ("一" + "\\", ("一" + "\\",)),
        ("| |一|", ("一",)),
    ],
)
def test_listing(cell: str, items: tuple[str, ...]) -> None:
    assert cells.listing(cell) == items


def test_a_bar_is_written_with_one_backslash() -> None:
    assert join(["一|二", "三"]) == r"一\|二|三"
    assert join([]) == ""


@given(NASTY)
def test_xlsx_text_holds_what_xml_can_and_comes_back(text: str) -> None:
    assert not set(to_xlsx(text)) & set("\x01\r\ufffe")
    assert from_xlsx(to_xlsx(text)) == text


def test_what_is_no_character_stays_as_it_is_written() -> None:
    for text in ("_x0000_", "_xD800_", "_x00_", "x000D_"):
        assert from_xlsx(text) == text
    assert from_xlsx("一_x000D_二") == "一\r二"
