"""From the text of one cell to its value; the reason of a refusal is for the owner."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from shop.importing.escapes import split
from shop.importing.report import BadCell

# Shops in China write local time without saying so; it has known no summer time since 1991.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
MAX_FEN = 10**13
MAX_COUNT = 10**9

_SCIENTIFIC = re.compile(r"-?\d(\.\d+)?[eE]\+\d+")
_MONEY = re.compile(
    r"(?:[¥￥]|RMB|CNY|人民币)?(?P<number>-?[\d,]*\.?\d+|-?[\d,]+\.)(?:元|块|RMB|CNY)?"
)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_MEASURE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z一-鿿]*)")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(.+))?")

_CENTIMETRES = {"": 1.0, "cm": 1.0, "厘米": 1.0, "公分": 1.0, "m": 100.0, "米": 100.0}
_KILOGRAMS = {"": 1.0, "kg": 1.0, "公斤": 1.0, "千克": 1.0, "斤": 0.5, "市斤": 0.5}


def text(cell: str) -> str:
    """Any text, as it stands."""
    return cell


def key(cell: str) -> str:
    """An id; a number that a spreadsheet has rounded is refused rather than stored wrong."""
    if _SCIENTIFIC.fullmatch(cell):
        raise BadCell(f"「{cell}」是被表格软件改写过的编号，末尾几位已丢失；请把这一列设为文本格式")
    if len(cell) > 200:
        raise BadCell("编号超过 200 个字")
    return cell


def money(cell: str) -> int:
    """Fen from 1299, ￥1,299.00, 99.9元; negative amounts and fractions of a fen are refused."""
    flat = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)).upper()
    found = _MONEY.fullmatch(flat)
    number = found["number"] if found else ""
    if not found or ("," in number and not _GROUPED.fullmatch(number)):
        raise BadCell(f"「{cell}」不是金额，应写成 99.90 这样")
    try:
        fen = Decimal(number.replace(",", "")) * 100
    except InvalidOperation:
        raise BadCell(f"「{cell}」不是金额，应写成 99.90 这样") from None
    if fen < 0:
        raise BadCell(f"金额不能是负数：「{cell}」")
    if fen != fen.to_integral_value():
        raise BadCell(f"金额最多两位小数：「{cell}」")
    if fen > MAX_FEN:
        raise BadCell(f"金额太大：「{cell}」")
    return int(fen)


def count(cell: str) -> int:
    """A whole number from 0; "1,200" and "12.0" are read too."""
    flat = unicodedata.normalize("NFKC", cell).strip()
    flat = flat.replace(",", "") if _GROUPED.fullmatch(flat) else flat
    if not re.fullmatch(r"\+?\d+(\.0+)?", flat):
        reason = "不能是负数" if re.fullmatch(r"-\d+(\.0+)?", flat) else "不是整数"
        raise BadCell(f"「{cell}」{reason}")
    # int() of a very long run of digits is slow on purpose; nothing here has so many.
    value = int(flat.partition(".")[0]) if len(flat) <= 20 else MAX_COUNT + 1
    if value > MAX_COUNT:
        raise BadCell(f"「{cell}」太大")
    return value


def positive(cell: str) -> int:
    """A whole number from 1."""
    value = count(cell)
    if value < 1:
        raise BadCell(f"「{cell}」应当大于 0")
    return value


def number(cell: str) -> float:
    """Any finite number."""
    flat = unicodedata.normalize("NFKC", cell).strip()
    flat = flat.replace(",", "") if _GROUPED.fullmatch(flat) else flat
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", flat):
        raise BadCell(f"「{cell}」不是数字")
    return float(flat)


def _measure(cell: str, units: dict[str, float], largest: float, what: str) -> float:
    flat = unicodedata.normalize("NFKC", cell).strip().lower()
    found = _MEASURE.fullmatch(flat)
    if not found or found["unit"] not in units:
        raise BadCell(f"「{cell}」不是{what}")
    value = float(found["number"]) * units[found["unit"]]
    if value > largest:
        raise BadCell(f"「{cell}」作为{what}太大")
    return round(value, 3)


def height(cell: str) -> float:
    """Centimetres from 165, 165cm, 1.65米."""
    return _measure(cell, _CENTIMETRES, 300, "身高（厘米）")


def weight(cell: str) -> float:
    """Kilograms from 55, 55kg, 110斤."""
    return _measure(cell, _KILOGRAMS, 500, "体重（公斤）")


def moment(cell: str) -> datetime:
    """UTC from ISO 8601 or 2024-11-11 20:00:00 (China time where no zone is given)."""
    flat = unicodedata.normalize("NFKC", cell).strip()
    found = _DATE.fullmatch(flat)
    if not found:
        raise BadCell(f"「{cell}」不是时间，应写成 2024-11-11 20:00:00 这样")
    year, month, day, clock = found.groups()
    try:
        stamp = f"{date(int(year), int(month), int(day)).isoformat()}T{_clock(clock or '00:00')}"
        read = datetime.fromisoformat(stamp)
        return (read if read.tzinfo else read.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell(f"「{cell}」不是存在的时间") from None


def _clock(words: str) -> str:
    """fromisoformat wants two digits of the hour and no blank before the zone."""
    clock = words.replace(" ", "")
    return clock if re.match(r"\d\d", clock) else f"0{clock}"


def last_moment(cell: str) -> datetime:
    """Like moment, but a mere date means its end: 「有效至 11 月 11 日」 includes that day."""
    read = moment(cell)
    dated = _DATE.fullmatch(unicodedata.normalize("NFKC", cell).strip())
    whole_day = dated is not None and dated[4] is None
    return read + timedelta(days=1, microseconds=-1) if whole_day else read


def listing(cell: str) -> tuple[str, ...]:
    """Items separated by |, blanks and repeats dropped; see escapes.join for a | inside one."""
    items = (item.strip() for item in split(cell))
    return tuple(dict.fromkeys(item for item in items if item))


def choice(words: dict[str, str]) -> Callable[[str], str]:
    """One of the keys, in any case, read as its value."""

    def read(cell: str) -> str:
        value = words.get(unicodedata.normalize("NFKC", cell).strip().lower())
        if value is None:
            raise BadCell(f"「{cell}」不在可选范围：{'、'.join(words)}")
        return value

    return read
