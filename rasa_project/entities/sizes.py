"""size: XL, 大码, 38码, 三十八码, 175/92A, 75B, M码."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention
from rasa_project.entities.numbers import CHINESE, parse_chinese

_CHART = re.compile(r"(?<!\d)(?P<v>1[0-9]\d/\d{2,3}[a-cy])(?![a-z0-9])")
_LETTERS = re.compile(r"(?<![a-z0-9])(?P<v>[2-9]xl|x{1,5}l|x{1,4}s|[2-5]xs)(?![a-z])(?:\s*[码号])?")
_ONE_LETTER = re.compile(r"(?<![a-z0-9./])(?P<v>[sml])(?![a-z0-9])(?:\s*(?P<mark>[码号]))?")
_WORDS = re.compile(r"(?P<v>加大码|特大码|最大码|最小码|均码|大码|中码|小码|加小码)")
_NUMBERED = re.compile(r"(?<![\d.])(?P<v>\d{2,3}(?:\.5)?)\s*(?:码|yard)(?!数)")
_CHINESE_NUMBERED = re.compile(rf"(?P<v>{CHINESE}{{2,4}})码(?!数)")
_SHOE = re.compile(
    r"(?<![\d.])(?P<v>3[4-9]|4[0-6])(?P<half>\.5|半)?\s*号(?!\s*(?:链接|链|连接|宝贝|品))"
)
_WORN = re.compile(
    r"(?:穿|鞋码|码数|尺码|鞋号|脚|换成?|拿|选)\s*(?:是|为|要|个)?\s*"
    r"(?P<v>3[4-9]|4[0-6])(?:\.5|半)?(?![\d.]|\s*(?:块|元|件|斤|天|岁|度|个|公斤|kg))"
)
_RING = re.compile(
    r"(?:戒指|圈口|戒圈|指圈)\D{0,3}(?P<v>\d{1,2})\s*号|(?<!\d)(?P<w>\d{1,2})\s*号的?(?:戒指|圈口|戒圈|指圈)"
)
_FEET = re.compile(r"(?<![\d.])(?P<v>3[4-9]|4[0-6])(?=\s*的?脚)")
_BRA = re.compile(
    r"(?<![a-z0-9./])(?P<v>(?:6[5-9]|[7-9]\d|1[01]\d|3[0-9]|4[0-4])[a-g])(?![a-z0-9])"
)

NUMBERED_RANGE = (18, 200)
# A lone S, M or L is a size only among words of sizing, else it may be any letter.
_BEFORE_LETTER = re.compile(r"(?:选|穿|要|拿|有|拍|换|是|发|买|或|和|跟|码|色|下|到|/|、|,|^)\s*$")
_AFTER_LETTER = re.compile(
    r"^\s*(?:的|有|还|能|够|行|偏|呢|吗|呀|吧|么|可|会|是|怎|断|或|和|跟|就|没|穿|适|可以|/|、|,|$)"
)


def find_sizes(text: str) -> Iterator[Mention]:
    """Every clothing, shoe, ring or bra size; values upper-case."""
    for pattern in (_CHART, _LETTERS, _WORDS, _BRA):
        yield from map(_mention, pattern.finditer(text))
    for match in _ONE_LETTER.finditer(text):
        if match["mark"] or _among_sizes(text, match):
            yield _mention(match)
    yield from _numbered(text)
    for match in _SHOE.finditer(text):
        half = ".5" if match["half"] else ""
        yield Mention("size", match["v"] + half, match.start(), match.end())
    for match in _RING.finditer(text):
        yield Mention("size", match["v"] or match["w"], match.start(), match.end())
    for pattern in (_WORN, _FEET):
        for match in pattern.finditer(text):
            yield Mention("size", match["v"], *match.span("v"))


def _numbered(text: str) -> Iterator[Mention]:
    """38码, 三十八码: of shoes, trousers and children."""
    for match in _NUMBERED.finditer(text):
        if NUMBERED_RANGE[0] <= float(match["v"]) <= NUMBERED_RANGE[1]:
            yield _mention(match)
    for match in _CHINESE_NUMBERED.finditer(text):
        value = parse_chinese(match["v"])
        if value is not None and NUMBERED_RANGE[0] <= value <= NUMBERED_RANGE[1]:
            yield Mention("size", str(value), match.start(), match.end())


def _mention(match: re.Match[str]) -> Mention:
    return Mention("size", match["v"].upper(), match.start(), match.end())


def _among_sizes(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    return bool(_BEFORE_LETTER.search(before)) and bool(_AFTER_LETTER.search(after))
