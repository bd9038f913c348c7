from __future__ import annotations

import pytest

from shop import room_variables
from shop.proactive_settings import DIGEST, KINDS, SCRIPTS, WELCOME
from shop.room_variables import TextInvalid, checked, fill


def test_values_are_put_in_and_never_read_as_variables() -> None:
    values = {"商品": "{价格}卫衣[赠]", "价格": "99元"}
    assert fill("{商品}只要{价格}", values).text == "{价格}卫衣[赠]只要99元"


def test_a_part_in_brackets_goes_where_a_value_is_missing() -> None:
    text = "{商品}[只剩{库存}件][，{优惠}]，快来"
    assert fill(text, {"商品": "卫衣", "库存": "3"}).text == "卫衣只剩3件，快来"
    assert fill(text, {"商品": "卫衣"}) == room_variables.Filled("卫衣，快来")


def test_a_missing_value_elsewhere_is_named_once() -> None:
    assert fill("{商品}{商品}{库存}", {}).missing == ("商品", "库存")


def test_an_unknown_variable_is_refused_with_those_there_are() -> None:
    with pytest.raises(TextInvalid) as refused:
        checked("{商品}{销量}", SCRIPTS)
    assert "{销量}" in refused.value.reason
    assert "{库存}" in refused.value.reason
    assert "{新朋友}" not in refused.value.reason


@pytest.mark.parametrize(("kind", "name"), [(WELCOME, "新朋友"), (DIGEST, "问答")])
def test_a_variable_of_one_kind_is_unknown_to_the_others(kind: str, name: str) -> None:
    text = f"{{{name}}}"
    assert checked(text, kind) == text
    with pytest.raises(TextInvalid):
        checked(text, SCRIPTS)


def test_full_width_signs_and_blanks_are_what_was_meant() -> None:
    assert checked(" ｛ 商品 ｝［，{优惠}］ ", SCRIPTS) == "{商品}[，{优惠}]"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "字" * 201,
        "{商品",
        "商品}",
        "{{商品}}",
        "[[{商品}]]",
        "[{商品}",
        "{}",
        "a\0b",
        "{商[品]}",
    ],
)
def test_what_cannot_be_said_is_refused(text: str) -> None:
    with pytest.raises(TextInvalid):
        checked(text, SCRIPTS)


def test_what_every_kind_says_by_default_may_be_saved() -> None:
    for kind in KINDS.values():
        if kind.text:
            assert checked(kind.text, kind.name) == kind.text
