"""Texts with variables, {商品}只要{价格}[，{优惠}], as the owner writes what a room says by itself.

A part in square brackets is left out when one of its variables has no value; a variable without
a value anywhere else holds the whole text, so that nothing is ever said with a gap in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shop.errors import InvalidField

MAX_TEXT = 200

_VARIABLE = re.compile(r"\{([^{}\[\]]*)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
# What a Chinese keyboard types in place of these signs.
_TYPED = str.maketrans("｛｝［］", "{}[]")


class TextInvalid(InvalidField):
    """The text cannot be said: too long, a bracket without its other, an unknown variable."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One name between braces; `only` is the kind of message that it belongs to, "": any."""

    name: str
    meaning: str
    only: str = ""


VARIABLES: tuple[Variable, ...] = (
    Variable("商品", "正在讲的商品名"),
    Variable("简称", "正在讲的商品的简称（第一个别名）"),
    Variable("价格", "正在讲的商品现在的价格，各款不同时是「99元起」"),
    Variable("原价", "划线价，比现价高才有"),
    Variable("立省", "划线价减现价"),
    Variable("链接", "几号链接"),
    Variable("库存", "还有多少件，卖完时没有"),
    Variable("紧张规格", "只剩几件的颜色、尺码，没有紧张的就没有"),
    Variable("卖点", "商品表里的第一条特点，例如「材质：纯棉」"),
    Variable("品牌", "正在讲的商品的品牌"),
    Variable("优惠", "正在讲的商品能用的公开优惠，没讲商品时是全店的"),
    Variable("发货时间", "店铺资料里的发货时间"),
    Variable("运费", "店铺资料里的运费"),
    Variable("快递", "店铺资料里的快递"),
    Variable("退换", "店铺资料里的退换规则"),
    Variable("赠品", "店铺资料里的赠品"),
    Variable("店名", "店铺名"),
    Variable("在线问题", "最近 10 分钟公开回答过、问得最多的问题"),
    Variable("提问人数", "最近 10 分钟有多少人提问"),
    Variable("开播分钟", "本场开播多少分钟了"),
    Variable("新朋友", "新来的观众：@小美 @阿强 等8位", only="welcome"),
    Variable("人数", "新来的有几位", only="welcome"),
    Variable("问答", "问得最多的几个问题和现在的答案", only="digest"),
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its values, or the names of those that had none."""

    text: str
    missing: tuple[str, ...] = ()


def known(kind: str) -> tuple[Variable, ...]:
    """The variables that a text of this kind may use."""
    return tuple(variable for variable in VARIABLES if variable.only in ("", kind))


def used(text: str) -> tuple[str, ...]:
    """The names between braces, each once, in order."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def checked(text: str, kind: str, field: str = "text") -> str:
    """The text trimmed, with half-width brackets; raises TextInvalid."""
    text = _VARIABLE.sub(lambda found: "{" + found[1].strip() + "}", text.translate(_TYPED).strip())
    if not text:
        raise TextInvalid(field, "话术不能为空")
    if len(text) > MAX_TEXT:
        raise TextInvalid(field, f"话术最多 {MAX_TEXT} 个字，现在有 {len(text)} 个")
    if "\0" in text:
        raise TextInvalid(field, "话术里有空字符（NUL），请重新输入")
    if set("{}[]") & set(_OPTIONAL.sub("", _VARIABLE.sub("", text))):
        raise TextInvalid(field, "花括号或方括号没有成对，或者套在了一起")
    allowed = [variable.name for variable in known(kind)]
    unknown = [name for name in used(text) if name not in allowed]
    if unknown:
        names = "".join(f"{{{name}}}" for name in unknown)
        can = "".join(f"{{{name}}}" for name in allowed)
        raise TextInvalid(field, f"没有 {names} 这个变量，可以用：{can}")
    return text


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values in; what a value itself says is never read as a variable."""
    missing: list[str] = []

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            missing.append(found[1])
        return values.get(found[1], "")

    parts, end = list[str](), 0
    for optional in _OPTIONAL.finditer(text):
        parts.append(_VARIABLE.sub(value, text[end : optional.start()]))
        if all(name in values for name in used(optional[1])):
            parts.append(_VARIABLE.sub(value, optional[1]))
        end = optional.end()
    parts.append(_VARIABLE.sub(value, text[end:]))
    return Filled("".join(parts), tuple(dict.fromkeys(missing)))
