"""city: provinces and prefecture cities of China, as a place of delivery."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rasa_project.entities.mention import Mention

SPOKEN = {
    "内蒙": "内蒙古",
    "乌市": "乌鲁木齐",
    "呼市": "呼和浩特",
    "魔都": "上海",
    "帝都": "北京",
    "羊城": "广州",
    "蓉城": "成都",
    "山城": "重庆",
}


def _sections(text: str) -> dict[str, tuple[str, ...]]:
    """The names under each heading of the list of places."""
    sections: dict[str, tuple[str, ...]] = {}
    for section in text.split("# ")[1:]:
        heading, _, names = section.partition("\n")
        sections[heading] = tuple(names.split())
    return sections


_PLACES = _sections(Path(__file__).with_name("places.txt").read_text(encoding="utf-8"))
PLACES = (*_PLACES["provinces"], *_PLACES["prefecture cities"])
# Words before they are places: only with 市 behind, or right behind a word of delivery.
WORDS_TOO = frozenset(_PLACES["ordinary words too"])
_DELIVERY = re.compile(
    r"(?:发往?|到|寄到?|送到?|去|在|往|从|来自|我是|人在|住|地址是?|收货地|包邮到?|坐标|邮到?|回|给|运到?|老家)\s*$"
)
# Goods named after their place: 新疆棉, 和田玉, 普洱茶, 三明治, 大理石, 中山装, 烟台苹果.
_GOODS = re.compile(
    r"^(?:棉|玉|枣|大枣|红枣|茶|治|石|装|苹果|香梨|葡萄|瓷|核桃|小馒头|小吃|羊|牛|火锅|辣|米粉|螺|山药|皮带|脐橙|橙|"
    r"蜜瓜|瓜|烤|豆|酒|料|生普|熟普|生熟|特产|产的|药材|鲜花|白药|火腿|腊肉|银|首饰|项链|手镯|戒指|厨|国际|木|榴莲|椰)"
)
_NAMES = {**{name: name for name in PLACES}, **SPOKEN}
_PATTERN = re.compile("|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)))
_SUFFIX = re.compile(r"^(?:市|省|壮族自治区|维吾尔自治区|回族自治区|自治区|特别行政区)")


def find_cities(text: str) -> Iterator[Mention]:
    """Places named as places; the origin of goods (新疆棉) is none."""
    for match in _PATTERN.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        suffix = _SUFFIX.match(after)
        is_word = match[0] in WORDS_TOO and not (suffix or _DELIVERY.search(before))
        if _GOODS.match(after) or is_word:
            continue
        end = match.end() + (suffix.end() if suffix else 0)
        yield Mention("city", _NAMES[match[0]], match.start(), end)
