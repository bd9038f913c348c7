"""budget in fen: 200以内, 两百左右, 不超过99块9, 100-200, 一百五以下, 预算300."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention
from rasa_project.entities.numbers import CHINESE, DIGITS, parse, parse_chinese

FEN = 100
MAX_YUAN = 1_000_000

_YUAN = r"(?:块钱|块|元|圆|rmb|人民币|软妹币|米(?=以|左|上|之|内)|大洋|刀)"
_SCALE = {"k": 1000, "千": 1000, "w": 10_000, "万": 10_000, "百": 100}
# 99块9, 99.9, 1千2, 1.5k, 一百五, 三百块
_MONEY = (
    rf"(?:¥|￥)?\s*(?P<n{{i}}>(?<![\d.])\d+(?:\.\d+)?|{CHINESE}+)\s*(?P<k{{i}}>[kw百千万](?![a-z]))?"
    rf"\s*(?P<y{{i}}>{_YUAN})?(?P<j{{i}}>(?<=[块元])\d(?!\d)|(?<=[块元])[{''.join(DIGITS)}](?![十百千万]))?"
)


def _money(index: str) -> str:
    return _MONEY.replace("{i}", index)


_UPPER_AFTER = r"\s*(?:钱)?\s*(?:以内|以下|之内|之下|内(?![置衣裤容存部])|封顶|打住|不到)"
_ABOUT = r"\s*(?:钱)?\s*(?:左右|上下|出头|差不多)"
_UPPER_BEFORE = (
    r"(?:不要?超过|不能超过|别超过|不高于|不过|不大于|最多|最高|顶多|至多|控制在|低于|少于|小于"
    r"|便宜于|卡在)\s*"
)
_BUDGET_BEFORE = (
    r"(?:预算|预箅|价位|价格|心理价位?|价钱)\s*"
    r"(?:是|在|就|只有|大概|大约|差不多|也就|最多|不超过|:|：)*\s*"
)
_NOT_MONEY = (
    r"(?!\s*(?:斤|公斤|kg|g\b|克|cm|厘米|米|ml|毫升|l\b|升|天|个|小时|分钟|月|年|岁|码|件|度|%|寸|人|号|次|瓶|盒|双|片|包|条"
    r"|平|层|粒|支|袋|套|箱|张|本|楼|点|周))"
)

_RANGE = re.compile(
    rf"(?P<cue>{_BUDGET_BEFORE})?{_money('a')}\s*(?:-|—|~|～|到|至|－)+\s*{_money('b')}{_NOT_MONEY}"
    rf"(?P<tail>之间|以内|左右|的价位|价位|预算)?"
)
_HUNDREDS = re.compile(
    r"(?P<a>[一二两三四五六七八])(?P<b>[二三四五六七八九])(?P<u>[百千])(?P<y>块钱?|元)?(?!\d)"
)
_UPPER = re.compile(rf"{_money('a')}{_UPPER_AFTER}")
_ROUND = re.compile(r"(?<!\d)(?P<u>百|千|万)元(?P<t>以内|以下|之内|内|左右|价位|档)")
_AROUND = re.compile(rf"{_money('a')}{_ABOUT}(?!\s*(?:的?身高|高))")
_AT_MOST = re.compile(rf"{_UPPER_BEFORE}{_money('a')}{_NOT_MONEY}")
_BUDGET = re.compile(rf"{_BUDGET_BEFORE}{_money('a')}{_NOT_MONEY}")
_BUDGET_BEHIND = re.compile(rf"{_money('a')}\s*(?:的)?(?:预算|价位)")
_AT_LEAST = re.compile(rf"{_money('a')}\s*(?:以上|往上|起步)")


def find_budgets(text: str) -> Iterator[Mention]:
    """Upper bounds without a role, lower bounds with role "min"; a range gives both."""
    yield from _ranges(text)
    for match in _ROUND.finditer(text):
        yield from _bound(_SCALE[match["u"]], match)
    for pattern in (_AT_MOST, _BUDGET, _UPPER, _BUDGET_BEHIND, _AROUND):
        for match in pattern.finditer(text):
            needs_sign = pattern is _AROUND and not _large(match)
            if not needs_sign:
                yield from _bound(_yuan(match, "a"), match)
    for match in _AT_LEAST.finditer(text):
        # 180以上 may be a height, 60以上 an age: a lower bound needs its currency.
        if match["ya"] or match["ka"] or "预算" in text:
            yield from _bound(_yuan(match, "a"), match, role="min")


def _ranges(text: str) -> Iterator[Mention]:
    for match in _RANGE.finditer(text):
        low, high = _yuan(match, "a"), _yuan(match, "b")
        if low is None or high is None:
            continue
        if low < high and match["kb"] and not match["ka"] and low < _SCALE[match["kb"]]:
            low *= _SCALE[match["kb"]]  # 1到2千: the scale belongs to both
        if text[: match.start()].endswith("差"):  # 差3块到88: how much is missing
            continue
        if low < high and _is_money_range(match, low, high):
            yield Mention("budget", _fen(high), match.start(), match.end())
            yield Mention("budget", _fen(low), match.start(), match.end(), role="min")
    for match in _HUNDREDS.finditer(text):
        unit = _SCALE[match["u"]]
        low, high = DIGITS[match["a"]] * unit, DIGITS[match["b"]] * unit
        if low < high and (
            match["y"] or re.match(r"\s*(?:以内|左右|的|预算|价位|$)", text[match.end() :])
        ):
            yield Mention("budget", _fen(high), match.start(), match.end())
            yield Mention("budget", _fen(low), match.start(), match.end(), role="min")


def _is_money_range(match: re.Match[str], low: float, high: float) -> bool:
    """A bare 100-200 is money; 0-3, 160-165 or 2024-2025 may be anything."""
    signs = (match["cue"], match["ya"], match["yb"], match["ka"], match["kb"], match["tail"])
    if any(signs):
        return low >= 1
    in_heights = low >= 140 and high <= 200 and high - low <= 15
    return low >= 30 and high - low >= 10 and high < 1900 and not in_heights and low % 10 in (0, 9)


def _large(match: re.Match[str]) -> bool:
    """三天左右 and 165左右 are no money: a bare number needs a sign or a round hundred."""
    yuan = _yuan(match, "a") or 0
    return bool(match["ya"] or match["ka"]) or (yuan >= 100 and yuan % 50 == 0 and yuan != 150)


def _yuan(match: re.Match[str], group: str) -> float | None:
    number, scale, jiao = match[f"n{group}"], match[f"k{group}"], match[f"j{group}"]
    value = parse(number)
    if value is None or value <= 0:
        return None
    value *= _SCALE.get(scale or "", 1)
    if jiao:
        value += (int(jiao) if jiao.isdigit() and jiao.isascii() else parse_chinese(jiao) or 0) / 10
    return value if value <= MAX_YUAN else None


def _bound(yuan: float | None, match: re.Match[str], role: str | None = None) -> Iterator[Mention]:
    if yuan is not None and yuan >= 1:
        yield Mention("budget", _fen(yuan), match.start(), match.end(), role=role)


def _fen(yuan: float) -> int:
    return round(yuan * FEN)
