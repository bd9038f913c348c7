"""quantity: how many the viewer wants (两件, 来3盒, 拍2)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention
from rasa_project.entities.numbers import INTEGER, parse_integer

MAX_QUANTITY = 999

_VERB = r"(?:拍下?|来|要|买|下单|下了|整|囤|拿|收|订|抢|付|定|给我|带|入)(?:了|个|上|它|他)?"
# Without a measure word a large number is a size or a date: 买140够吗, 要520当天用.
MAX_BARE = 60
_MEASURE = (
    r"(?:件(?!套)|盒|瓶|支|袋|包(?!邮|子|包|是|有)|箱|套|双|条|只|份|单(?!独|买)|罐|桶|提|台"
    r"|本(?!子)|对(?!一|吗|不)|把|张|副|顶|床|枚|颗|串|捆|组|板|听|碗)"
)
_NOT_COUNT = (
    r"(?!\s*(?:\d|\.|号|链|米|m\b|cm|块|元|天|年|月|点|分|%|折|位|楼|码|岁|度|倍|斤|公斤|kg|g\b|克|ml|寸|万|千|百|小时|星期|周"
    r"|人|次|遍|下|句|秒|半|送|免|#|款|口|样|家|些|起|直|边|般|定|辈|会|路|旦|共|切|个月|线|升|只是|胎|手|哈|几|波|批|轮|场|段))"
)

_WITH_VERB = re.compile(
    rf"(?<![不想需重主首喜还没只])(?P<verb>{_VERB})\s*(?P<n>{INTEGER})\s*(?P<m>{_MEASURE}|个(?!月|人|小时|问题)|斤)?"
)
_MEASURED = re.compile(rf"(?<![第a-z下])(?<!\d-)(?P<n>{INTEGER})\s*(?P<m>{_MEASURE})(?!装)")
_PIECES = re.compile(
    r"(?<!第)(?P<n>[2-9]|\d{2,3}|[两二三四五六七八九十]+)\s*个(?!月|人|小时|问题|颜色|色|尺码|码|星期|礼拜|味|季|号|链接|口味|档|功能|款|版|字|孩子|宝宝|点|群|都|大人|平台|地方|地址)"
)
_GIFT = re.compile(rf"[买拍]\s*{INTEGER}\s*(?:件|盒|瓶|个|份)?\s*[送免]")
_SECOND = re.compile(r"第\s*$")


def find_quantities(text: str) -> Iterator[Mention]:
    """How many pieces; what comes by the kilogram counts only after a verb (来5斤)."""
    offers = [match.span() for match in _GIFT.finditer(text)]
    for match in _WITH_VERB.finditer(text):
        bare = not match["m"]
        if bare and not re.match(_NOT_COUNT, text[match.end("n") :]):
            continue
        yield from _mention(match, offers, MAX_BARE if bare else MAX_QUANTITY)
    for match in (*_MEASURED.finditer(text), *_PIECES.finditer(text)):
        if not _SECOND.search(text[: match.start()]):
            yield from _mention(match, offers, MAX_QUANTITY)


def _mention(
    match: re.Match[str], offers: list[tuple[int, int]], largest: int
) -> Iterator[Mention]:
    value = parse_integer(match["n"])
    in_offer = any(start <= match.start() < end for start, end in offers)  # 买一送一 is an offer
    if value is not None and 0 < value <= largest and not in_offer:
        yield Mention("quantity", value, match.start(), match.end())
