"""link_no: which numbered link of the live room is meant (3号链接, 二号, 第五个, 链接3, 3#)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention
from rasa_project.entities.numbers import INTEGER, parse_integer

MAX_LINK = 300
SHOE_SIZES = range(34, 47)

_LINK = r"(?:链接|链结|连接|连结|宝贝|商品|产品)"
# Short names count only behind 号: 一款, 拉链, 退货 number nothing.
_SHORT = r"(?:链|货|品|款|车|购物车)"
# 购物车一起付, 链接一直灰: the 一 of an adverb.
_NO_ADVERB = r"(?![起直样定些下会拉般共切旦律并月][^号]?)"
# 3号线, 5号电池, 1号店, 3号色: numbered things that are not links.
_NOT_A_LINK = r"(?:线|楼|店|仓|电池|色|球|字|院|桌|口红色|馆|门|人员|机|床)"
_DATE_AFTER = (
    r"(?:前|之前|以前|后|之后|到|能到|发|能发|会发|才发|就发|开播|直播|那天|当天|晚|早|上午"
    r"|走|下午|左右|生日|过生|截止|结束|出发|要用|凌晨|中午|下单|买的|拍的|付的|的订单|的快递)"
)
_DATE_BEFORE = r"(?:月|周|星期|礼拜|这个月|今天|明天|昨天|到|本月|下月|上月|写的|写着|预计|时间)\s*"
# Things counted by 第…个 that are not links.
_NOT_COUNTED = r"(?:月|问题|小时|视频|颜色|尺码|人|星期|礼拜|年|快递|订单|包裹|杯|疗程|直播间)"

_LIST = re.compile(rf"(?P<list>{INTEGER}(?:\s*[、,和跟与/&+]\s*{INTEGER})+)\s*号(?!{_NOT_A_LINK})")
_EXPLICIT = (
    re.compile(rf"(?P<n>{INTEGER})\s*(?:号|#|\.)\s*(?:{_LINK}|{_SHORT})"),
    re.compile(rf"(?P<n>(?![两俩]){INTEGER})\s*{_LINK}"),
    re.compile(
        rf"{_LINK}\s*(?:号|是|的)?\s*[:：#]?\s*(?P<n>{INTEGER})(?!\s*[个件分块元米斤折天]){_NO_ADVERB}"
    ),
    re.compile(rf"第\s*(?P<n>{INTEGER})\s*个?(?:号)?\s*(?:{_LINK}|{_SHORT})"),
    re.compile(
        rf"(?:小黄车|购物车|黄车|橱窗|小车)(?:里|上|第|的|里面|里的|\s){{0,3}}(?P<n>{INTEGER})"
        rf"(?!\s*[分折块元天年月]){_NO_ADVERB}"
    ),
    re.compile(r"#\s*(?P<n>\d{1,3})(?!\d)"),
    re.compile(r"(?<![\d.])(?P<n>\d{1,3})\s*#"),
    re.compile(r"\bno\.?\s*(?P<n>\d{1,3})(?!\d)"),
)
# 第一个到, 第一个来拍: the viewer, not a link.
_FIRST_COMES = r"(?!\s*(?:来|到|下|叫|拍|抢|付|冲|买|进|报|说|知道|就是我))"
_ORDINAL = re.compile(rf"第\s*(?P<n>{INTEGER})\s*[个号款](?!{_NOT_COUNTED}){_FIRST_COMES}(?!\d)")
_PLAIN = re.compile(rf"(?<![月大小])(?P<n>{INTEGER})\s*号(?!{_NOT_A_LINK})(?!\s*{_DATE_AFTER})")
_BEFORE_PLAIN = re.compile(rf"{_DATE_BEFORE}$")
_RING = re.compile("戒指|圈口|戒圈|指圈")
_TALK = re.compile(
    rf"(?:讲一下|讲讲|讲下|过一下|过款|讲解)\s*(?P<n>{INTEGER})(?![\d号分.])(?!\s*[个遍次下])"
)


def find_links(text: str) -> Iterator[Mention]:
    """Every link number that the folded comment names."""
    yield from _find_list(text)
    for pattern in _EXPLICIT:
        for match in pattern.finditer(text):
            yield from _mention(match)
    yield from (m for match in _ORDINAL.finditer(text) for m in _mention(match))
    for match in () if _RING.search(text) else _PLAIN.finditer(text):
        if not _is_date(text, match) and int(parse_integer(match["n"]) or 0) not in SHOE_SIZES:
            yield from _mention(match)
    yield from (m for match in _TALK.finditer(text) for m in _mention(match))


def _find_list(text: str) -> Iterator[Mention]:
    for match in _LIST.finditer(text):
        for number in re.finditer(INTEGER, match["list"]):
            value = parse_integer(number[0])
            offset = match.start("list")
            if value is not None and 0 < value <= MAX_LINK:
                yield Mention("link_no", value, offset + number.start(), offset + number.end())


def _mention(match: re.Match[str]) -> Iterator[Mention]:
    value = parse_integer(match["n"])
    if value is not None and 0 < value <= MAX_LINK:
        yield Mention("link_no", value, match.start(), match.end())


def _is_date(text: str, match: re.Match[str]) -> bool:
    value = parse_integer(match["n"]) or 0
    return value <= 31 and bool(_BEFORE_PLAIN.search(text[: match.start()]))
