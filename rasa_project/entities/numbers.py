"""Numbers as viewers write them: 165, 一百六十五, 两百, 一百五, 三千二."""

from __future__ import annotations

import re

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
    "〇": 0,
    "两": 2,
    "俩": 2,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10_000}

CHINESE = rf"[{''.join(DIGITS)}{''.join(UNITS)}]"
ARABIC = r"(?<![\d.])\d+(?:\.\d+)?"
# An Arabic number, or a Chinese one, as one regular-expression group.
NUMBER = rf"(?:{ARABIC}|{CHINESE}+)"
INTEGER = rf"(?:(?<![\d.])\d+|{CHINESE}+)"

_ALL_CHINESE = re.compile(rf"{CHINESE}+")


def parse(text: str) -> float | None:
    """The value of a number written in digits or in Chinese; None if it is neither."""
    try:
        return float(text)
    except ValueError:
        return float(value) if (value := parse_chinese(text)) is not None else None


def parse_integer(text: str) -> int | None:
    """The value of a whole number written in digits or in Chinese; None if it is neither."""
    if text.isascii():
        return int(text) if text.isdigit() else None
    return parse_chinese(text)


def parse_chinese(text: str) -> int | None:
    """The value of a Chinese number: 二 2, 十五 15, 一百五 150, 一六五 165; None if malformed."""
    if not _ALL_CHINESE.fullmatch(text):
        return None
    if not any(character in UNITS for character in text):
        return int("".join(str(DIGITS[character]) for character in text))
    return _with_units(text)


def _with_units(text: str) -> int | None:
    total = section = 0
    digit: int | None = None
    last_unit = 1
    after_zero = False
    for character in text:
        if character in DIGITS:
            if digit:  # two digits in a row (一二百) say "one or two hundred", not a number
                return None
            digit = DIGITS[character]
            after_zero = after_zero or digit == 0
            continue
        unit = UNITS[character]
        if unit == UNITS["万"]:
            total, section = (total + section + (digit or 0)) * unit, 0
        else:
            section += (1 if digit is None else digit) * unit
        digit, last_unit, after_zero = None, unit, False
    # 一百五 is 150, 一百零五 is 105.
    tail_unit = last_unit // 10 if last_unit > 10 and not after_zero else 1
    return total + section + (digit or 0) * tail_unit
