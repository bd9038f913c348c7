"""color: 黑色, 雾霾蓝, 3号色, 黑的."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention
from rasa_project.entities.numbers import INTEGER, parse_integer

# Shades sold under a name of their own; most without 色.
SHADES = [
    "雾霾蓝",
    "克莱因蓝",
    "天空蓝",
    "海军蓝",
    "宝石蓝",
    "孔雀蓝",
    "远峰蓝",
    "牛仔蓝",
    "冰川蓝",
    "湖水蓝",
    "婴儿蓝",
    "静谧蓝",
    "浅蓝",
    "深蓝",
    "雾蓝",
    "黛青",
    "藏青",
    "藏蓝",
    "牛油果绿",
    "薄荷绿",
    "墨绿",
    "军绿",
    "抹茶绿",
    "豆绿",
    "橄榄绿",
    "祖母绿",
    "苍岭绿",
    "果绿",
    "浅绿",
    "深绿",
    "草绿",
    "翠绿",
    "阳绿",
    "香芋紫",
    "丁香紫",
    "葡萄紫",
    "薰衣草紫",
    "紫罗兰",
    "浅紫",
    "深紫",
    "暗夜紫",
    "樱花粉",
    "藕粉",
    "脏粉",
    "浅粉",
    "粉红",
    "玫红",
    "桃红",
    "西柚",
    "水蜜桃",
    "酒红",
    "枣红",
    "正红",
    "大红",
    "砖红",
    "番茄红",
    "复古红",
    "姨妈红",
    "中国红",
    "铁锈红",
    "玫瑰红",
    "橘红",
    "红棕",
    "奶白",
    "米白",
    "纯白",
    "本白",
    "象牙白",
    "珍珠白",
    "月光白",
    "陶瓷白",
    "冰白",
    "奶茶",
    "燕麦",
    "焦糖",
    "摩卡",
    "卡其",
    "咖啡色",
    "驼色",
    "杏色",
    "裸色",
    "香槟",
    "香槟金",
    "玫瑰金",
    "太空灰",
    "深空灰",
    "烟灰",
    "银灰",
    "炭灰",
    "浅灰",
    "深灰",
    "高级灰",
    "雾灰",
    "碳黑",
    "曜石黑",
    "哑光黑",
    "豆沙",
    "豆沙色",
    "枫叶",
    "枫叶色",
    "奶油色",
    "星光色",
    "银河色",
    "奶杏",
    "奶黄",
    "鹅黄",
    "姜黄",
    "柠檬黄",
    "明黄",
    "亮黄",
]
BASIC = "红橙黄绿青蓝紫黑白灰粉棕褐咖米杏驼金银橘藏"
_TONE = "(?:深|浅|淡|亮|暗|大|正|墨|天|宝|草|纯|军|酒|米|乳|奶|雾|灰|嫩|粉|荧光)?"

# Sold goods whose name begins with a shade are not colours: 燕麦片, 咖啡机, 奶茶粉.
_NO_GOODS = r"(?!袍|片|粥|奶(?!色)|杯|粉|机|味|壶|豆|叶(?!色)|糖|饼|酒|面|包|糕|汁|茶)"
_SHADE = re.compile(
    rf"(?P<v>{'|'.join(sorted(map(re.escape, SHADES), key=len, reverse=True))})(?:色)?{_NO_GOODS}"
)
# These are food before they are colours: only with 色 behind them.
_FOOD = frozenset(
    {"奶茶", "燕麦", "焦糖", "摩卡", "香槟", "豆沙", "枫叶", "西柚", "水蜜桃", "紫罗兰"}
)
_COLORED = re.compile(rf"(?P<v>{_TONE}[{BASIC}]色)(?!素|号|差|卡|系|斑|调|食品|蔬菜|通道)")
_NUMBERED = re.compile(rf"(?P<n>{INTEGER})\s*(?:号色|#色|色号)")
_COLOR_NO = re.compile(r"色号\s*(?:是|选)?\s*(?P<n>[a-z]?\d{1,3})")
_THE_ONE = re.compile(
    r"(?<![明漂美空洁表坦晒变发乌清雪蜡焦焗染煮洗真宠奶面蛋])(?P<v>[红橙黄绿蓝紫黑白灰粉棕])"
    r"(?:的|款|那[件个款条])(?!话|意|士|确|时候)"
)
_QUESTION_END = re.compile(
    r"^(?:有|还|没|吗|呢|吧|多|怎|可|能|好|和|跟|要|,|，|。|\?|\s|$|来|给|断|哪|适|显|会|是|也|都|卖|现|补)"
)


def find_colors(text: str) -> Iterator[Mention]:
    """Every colour named; values end in 色 where a single basic colour is meant."""
    for match in _NUMBERED.finditer(text):
        number = parse_integer(match["n"])
        if number is not None:
            yield Mention("color", f"{number}号色", match.start(), match.end())
    for match in _COLOR_NO.finditer(text):
        yield Mention("color", f"{match['n'].upper()}号色", match.start(), match.end())
    for match in _SHADE.finditer(text):
        named = match[0].endswith("色")
        if named or match["v"] not in _FOOD:
            yield Mention("color", _name(match), match.start(), match.end())
    for match in _COLORED.finditer(text):
        yield Mention("color", match["v"], match.start(), match.end())
    for match in _THE_ONE.finditer(text):
        if _QUESTION_END.search(text[match.end() :]):
            yield Mention("color", match["v"] + "色", match.start(), match.end())


def _name(match: re.Match[str]) -> str:
    found: str = match["v"]
    return (
        found + "色"
        if found in _FOOD
        or (match[0].endswith("色") and len(found) <= 2 and not found.endswith("色"))
        else found
    )
