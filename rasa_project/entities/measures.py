"""height (cm) and weight (kg) of a person: 165/110斤, 165 110, 一米六五, 55公斤, 体重一百一."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention
from rasa_project.entities.numbers import CHINESE, DIGITS, parse, parse_chinese

ADULT_CM = (140.0, 210.0)
ANY_CM = (50.0, 220.0)
ADULT_JIN = (70.0, 300.0)
ADULT_KG = (35.0, 150.0)
ANY_KG = (2.0, 250.0)
JIN_PER_KG = 2.0

_N = r"(?<![\d.a-z])\d{2,3}(?:\.\d)?"
_KG = r"(?:kg|公斤|千克)"
_CM = r"(?:cm|厘米|公分)"
# A number with one of these behind it measures something else.
_OTHER_UNIT = (
    r"(?!\s*(?:\d|\.\d|元|块|米|ml|毫升|g\b|克|%|度|天|年|岁|码|件|个|盒|号|折|w\b|寸|片|支|瓶))"
)
_GAP = r"\s*[/,、\s.。;:和+|\-—_~]?\s*"
_WHO = r"(?:宝宝|宝贝|孩子|小孩|娃|儿子|女儿|小朋友|闺女|狗狗|狗|猫|猫咪|毛孩子|家的|体重|重|净重)"
_D = f"[{''.join(DIGITS)}]"

_PAIR = re.compile(
    rf"(?P<a>{_N})\s*(?P<ua>{_KG}|{_CM}|斤)?{_GAP}(?:体重|身高|重|高)?\s*"
    rf"(?P<b>\d{{2,3}}(?:\.\d)?)\s*(?P<ub>{_KG}|{_CM}|斤)?(?![a-z]){_OTHER_UNIT}"
)
_METRES = re.compile(
    r"(?<![\d.])(?P<m>[12一两])\s*(?:米|m(?![a-z]))\s*"
    rf"(?P<c>\d{{1,2}}(?!\d)|{CHINESE}{{1,3}})?(?!\s*(?:长|宽|床|布|线|的床|的布|桌|乘|x|×|\*))"
)
_DECIMAL_METRES = re.compile(
    r"(?<![\d.])(?P<v>[12]\.\d{1,2})\s*(?:米|m(?![a-z])|的?身高)(?!\s*的?[长宽床布桌柜])"
)
_BARE_DECIMAL = re.compile(r"(?:身高|净高|高)\D{0,3}(?P<v>[12]\.\d{1,2})(?!\d)")
_HEIGHT_UNIT = re.compile(rf"(?P<v>{_N})\s*{_CM}")
_HEIGHT_CUE = re.compile(
    rf"(?:身高|净身高|净高)\D{{0,4}}?(?P<v>\d{{2,3}}(?:\.\d)?|{CHINESE}{{2,6}})(?![\d米])"
)
_HEIGHT_OF = re.compile(rf"(?P<v>{_N})\s*的?(?:身高|个子|个头|高(?![领腰跟端级度压温]))")
_HEIGHT_SAID = re.compile(
    r"(?:我|本人|老公|男朋友|男友|对象|老婆|妈妈?|爸爸?|女儿|儿子|闺女)\s*(?:是|才|只有|有|就|净)?\s*"
    r"(?P<v>1[4-9]\d|20\d)(?![\d斤块元.]|\s*(?:斤|公斤|kg|块|元|个|件|米|岁))"
)
_HEIGHT_WEARS = re.compile(
    r"(?<![\d.a-z])(?P<v>1[4-9]\d|20\d)(?=\s*(?:的|高)?\s*(?:能穿|可以穿|穿|适合穿|要穿|该穿|选什么码|多大码|拿什么码))"
)
_WEIGHT_KG = re.compile(rf"(?P<v>{_N}|{CHINESE}{{2,5}})\s*多?{_KG}")
_WEIGHT_JIN = re.compile(
    rf"(?P<v>{_N}|(?<!\d)\d(?=斤)|(?<![几数好]){CHINESE}{{1,5}})\s*[多几来]?斤(?!装|多少|一|/|几)"
)
_WEIGHT_CUE = re.compile(
    rf"体重\D{{0,4}}?(?P<v>\d{{2,3}}(?:\.\d)?|{CHINESE}{{2,5}})(?!\d)\s*(?P<u>{_KG})?"
)

# 一米六，一百二: what follows a height without a unit of its own is the weight.
_AFTER_HEIGHT = re.compile(
    rf"{_GAP}(?P<v>\d{{2,3}}|[一二两]百[一二三四五六七八九]?(?:十[一二三四五六七八九]?)?|[七八九]十[一二三四五六七八九]?)"
    rf"(?![\d斤公k]){_OTHER_UNIT}"
)
_BARE_ONE = re.compile(r"\s*(?P<v>\d{2,3}(?:\.\d{1,2})?|[12]\.\d{1,2})\s*")
_BARE_SIX = re.compile(r"\s*(?P<a>1[4-9]\d)(?P<b>\d{3})\s*")


def find_measures(text: str) -> Iterator[Mention]:
    """Height and weight; pairs first, for one number tells what the other is."""
    yield from _pairs(text)
    yield from _heights(text)
    yield from _weights(text)
    yield from _whole_comment(text)


def _pairs(text: str) -> Iterator[Mention]:
    for match in _PAIR.finditer(text):
        read = _read_pair(match)
        if read is None:
            continue
        height, weight, height_first = read
        first, second = match.span("a"), match.span("b")
        first = (first[0], match.end("ua") if match["ua"] else first[1])
        second = (second[0], match.end("ub") if match["ub"] else second[1])
        tall, heavy = (first, second) if height_first else (second, first)
        yield Mention("height", round(height), *tall)
        yield Mention("weight", weight, *heavy)


def _read_pair(match: re.Match[str]) -> tuple[float, float, bool] | None:
    """(cm, kg, height came first), or None where the two are no height and weight."""
    a, b = float(match["a"]), float(match["b"])
    glued = match.end("a") == match.start("b")
    if glued or (_is_range(match) and b > a):  # 150-200 is a span of prices or sizes
        return None
    for tall, tall_unit, heavy, heavy_unit, first in (
        (a, match["ua"], b, match["ub"], True),
        (b, match["ub"], a, match["ua"], False),
    ):
        kilograms = _kilograms(heavy, heavy_unit)
        if tall_unit in (None, "cm", "厘米", "公分") and _in(tall, ADULT_CM) and kilograms:
            return tall, kilograms, first
    return None


def _is_range(match: re.Match[str]) -> bool:
    between = match.string[match.end("a") : match.start("b")]
    return any(character in between for character in "-—~") and not match["ub"]


def _kilograms(number: float, unit: str | None) -> float | None:
    """A grown person's weight; without a unit a number below 70 can only be kg."""
    if unit in ("cm", "厘米", "公分"):
        return None
    if unit == "斤" or (unit is None and number >= ADULT_JIN[0]):
        return _plausible(number / JIN_PER_KG, ADULT_KG)
    return _plausible(number, ADULT_KG)


def _heights(text: str) -> Iterator[Mention]:
    for match in _METRES.finditer(text):
        # "m" alone is the size M as often as a metre.
        value = _metres(match["m"], match["c"])
        if value is not None and (match["c"] or "身高" in text or match["m"] == "一"):
            yield from _height(value, match, (130.0, 220.0))
            yield from _weight_behind(text, match.end())
    for pattern in (_DECIMAL_METRES, _BARE_DECIMAL):
        for match in pattern.finditer(text):
            yield from _height(float(match["v"]) * 100, match, ADULT_CM)
    for pattern, limits in (
        (_HEIGHT_CUE, ANY_CM),
        (_HEIGHT_OF, (80.0, 220.0)),
        (_HEIGHT_UNIT, ADULT_CM),
        (_HEIGHT_SAID, ADULT_CM),
        (_HEIGHT_WEARS, ADULT_CM),
    ):
        for match in pattern.finditer(text):
            if pattern is _HEIGHT_UNIT and _measures_a_thing(text, match.start()):
                continue
            value = parse(match["v"])
            if value is not None:
                yield from _height(value, match, limits)


def _weight_behind(text: str, end: int) -> Iterator[Mention]:
    match = _AFTER_HEIGHT.match(text, end)
    number = parse(match["v"]) if match and match.start("v") > end else None
    kilograms = _kilograms(number, None) if number is not None else None
    if match and kilograms:
        yield Mention("weight", kilograms, *match.span("v"))


def _metres(metres: str, rest: str | None) -> float | None:
    whole = {"1": 1, "一": 1, "2": 2, "两": 2}[metres] * 100
    if not rest:
        return float(whole)
    centimetres = int(rest) if rest.isdigit() else parse_chinese(rest)
    if centimetres is None or centimetres > 99:
        return None
    # 1米6 and 一米六 are 160; 一米六五 reads 65 digit by digit.
    return float(
        whole + (centimetres * 10 if centimetres < 10 and rest[0] not in "0零" else centimetres)
    )


_THING = re.compile(r"(?:衣长|裙长|裤长|长度?|宽度?|围|直径|高度|深|尺寸|规格|床|大小)\D{0,3}$")


def _measures_a_thing(text: str, start: int) -> bool:
    return bool(_THING.search(text[:start]))


def _weights(text: str) -> Iterator[Mention]:
    for match in _WEIGHT_CUE.finditer(text):
        value = parse(match["v"])
        if value is not None:
            in_jin = not match["u"] and value >= ADULT_JIN[0]
            unit_behind = text[match.end() : match.end() + 1] == "斤"
            kilograms = value / JIN_PER_KG if in_jin or unit_behind else value
            end = match.end() + (1 if unit_behind else 0)
            yield from _weight(kilograms, match.start("v"), end, ANY_KG)
    for match in _WEIGHT_KG.finditer(text):
        value = parse(match["v"])
        if value is not None:
            limits = ANY_KG if _someone(text, match) else ADULT_KG
            yield from _weight(value, match.start("v"), match.end(), limits)
    for match in _WEIGHT_JIN.finditer(text):
        value = parse(match["v"])
        if value is not None:
            limits = ANY_KG if _someone(text, match) else (35.0, 150.0)
            yield from _weight(value / JIN_PER_KG, match.start("v"), match.end(), limits)


_SOMEONE_BEFORE = re.compile(rf"{_WHO}\D{{0,4}}$")
_SOMEONE_AFTER = re.compile(r"^(?:的|重的?)(?:宝宝|孩子|小孩|娃|狗|猫|小狗|小猫|儿子|女儿|人)")


def _someone(text: str, match: re.Match[str]) -> bool:
    """Whether a child or a pet is spoken of, whose weight may be that of a sack of rice."""
    before, after = text[: match.start()], text[match.end() :]
    return bool(_SOMEONE_BEFORE.search(before) or _SOMEONE_AFTER.search(after))


def _whole_comment(text: str) -> Iterator[Mention]:
    """A bare number is the answer to a question just asked: 165, 1.65, 110, 55, 165110."""
    if match := _BARE_SIX.fullmatch(text):
        kilograms = _kilograms(float(match["b"]), None)
        if kilograms:
            yield Mention("height", int(match["a"]), *match.span("a"))
            yield Mention("weight", kilograms, *match.span("b"))
        return
    match = _BARE_ONE.fullmatch(text)
    # 111, 666, 888 are shouts of the live room.
    if match is None or (len(match["v"]) == 3 and len(set(match["v"])) == 1):
        return
    value = float(match["v"])
    if _in(value, (1.4, 2.1)):
        yield from _height(value * 100, match, ADULT_CM)
    elif _in(value, ADULT_CM):
        yield from _height(value, match, ADULT_CM)
    elif _in(value, ADULT_JIN):
        yield from _weight(value / JIN_PER_KG, *match.span("v"), ANY_KG)
    elif _in(value, ADULT_KG):
        yield from _weight(value, *match.span("v"), ANY_KG)


def _height(value: float, match: re.Match[str], limits: tuple[float, float]) -> Iterator[Mention]:
    if _in(value, limits):
        group = "v" if "v" in match.re.groupindex else 0
        # The cue (身高) stays outside, the unit inside the span.
        start = match.start(group)
        yield Mention("height", round(value), start, max(match.end(), match.end(group)))


def _weight(value: float, start: int, end: int, limits: tuple[float, float]) -> Iterator[Mention]:
    if _in(value, limits):
        yield Mention("weight", round(value, 2), start, end)


def _plausible(value: float, limits: tuple[float, float]) -> float | None:
    return round(value, 2) if _in(value, limits) else None


def _in(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]
