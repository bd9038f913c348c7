"""skin_type: 油皮, 干皮, 混合皮, 敏感肌, 中性皮, 痘痘肌, in the words viewers use."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention

WORDS: dict[str, tuple[str, ...]] = {
    "敏感肌": (
        "敏感肌",
        "敏感皮",
        "敏皮",
        "敏肌",
        "敏感性皮肤",
        "敏感肤质",
        "敏感性肌肤",
        "干敏皮",
        "干敏肌",
        "干敏",
        "油敏皮",
        "油敏肌",
        "油敏",
        "混敏",
        "红血丝",
        "泛红皮",
        "屏障受损",
        "皮肤敏感",
        "脸敏感",
        "容易过敏",
        "易过敏",
        "动不动就过敏",
        "易敏",
        "玻璃皮",
        "敏感脸",
    ),
    "痘痘肌": (
        "痘痘肌",
        "痘痘皮",
        "痘肌",
        "痘皮",
        "油痘肌",
        "油痘皮",
        "爱长痘",
        "容易长痘",
        "老长痘",
        "爱爆痘",
        "容易爆痘",
        "长闭口",
        "闭口皮",
        "粉刺肌",
        "满脸痘",
        "一脸痘",
        "痤疮肌",
    ),
    "混合皮": (
        "混合皮",
        "混合肌",
        "混合性皮肤",
        "混合性肌肤",
        "混合性",
        "混合肤质",
        "混油皮",
        "混油肌",
        "混油",
        "混干皮",
        "混干肌",
        "混干",
        "混皮",
        "t区油",
        "t区出油",
        "t区爱出油",
        "外油内干",
    ),
    "油皮": (
        "大油田",
        "大油皮",
        "油皮",
        "油性皮肤",
        "油性肌肤",
        "油性肌",
        "油性皮",
        "油肌",
        "油性肤质",
        "爱出油",
        "容易出油",
        "出油大户",
        "油田",
        "油光满面",
        "满脸油",
        "油脸",
        "脸很油",
        "脸特别油",
        "脸油",
    ),
    "干皮": (
        "大干皮",
        "沙漠皮",
        "干皮",
        "干性皮肤",
        "干性肌肤",
        "干性皮",
        "干性肌",
        "干肌",
        "干性肤质",
        "脸很干",
        "脸特别干",
        "皮肤很干",
        "皮肤干",
        "皮肤特别干",
        "脸干",
        "脸起皮",
        "干到起皮",
        "沙漠肌",
    ),
    "中性皮": ("中性皮肤", "中性肌肤", "中性皮", "中性肌", "中性肤质"),
}
_TYPE_OF = {word: skin for skin, words in WORDS.items() for word in words}
_PATTERN = re.compile("|".join(sorted(map(re.escape, _TYPE_OF), key=len, reverse=True)))
# 饼干皮 and 干皮鞋 are goods; 掉渣起皮 is said of paint too, but hardly here.
_NOT_SKIN = re.compile(r"^(?:鞋|带|包|衣|沙发|套)")
_GOODS_BEFORE = re.compile(r"(?:饼|豆|肉|晒|烘|香|葡萄|咬|酥)$")


def find_skin_types(text: str) -> Iterator[Mention]:
    """Every skin type named, one mention a word."""
    for match in _PATTERN.finditer(text):
        if _NOT_SKIN.match(text[match.end() :]) or _GOODS_BEFORE.search(text[: match.start()]):
            continue
        yield Mention("skin_type", _TYPE_OF[match[0]], match.start(), match.end())
