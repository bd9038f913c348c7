"""What a viewer wishes for, read from a question: 有没有适合油皮的面霜, 200以内.

A kind of thing (面霜) is recognised by the shop's own titles and categories, so a new shop
needs no word list: the longest runs of the question that occur in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from actions.blocks import yuan
from actions.question import Question
from recsys.embedding.text import normalise
from recsys.recommend.constraints import ALTERNATIVE, Constraints
from recsys.recommend.items import ItemTable

# Words that ask rather than name a thing; they occur in titles too (推荐款, 适合送礼).
_ASKING = re.compile(
    r"推荐|适合|有没有|有木有|什么|哪款|哪个|哪些|可以|好用|好吃|好看|便宜|以内|左右|以下|之内|"
    r"不超过|预算|给我|帮我|帮忙|介绍|求|想买|想要|主播|宝宝们|家人们|链接|号|款|的|吗|呢|呀|啊|吧|"
    r"男|女|用|块|元|钱|来|[0-9]+"
)
_RUN = re.compile(r"[\u4e00-\u9fff]{2,}|[a-z]{3,}")
_SKIN_WORDS = {
    "油皮": "油皮|油性|控油|所有肤质|任何肤质|各种肤质",
    "干皮": "干皮|干性|所有肤质|任何肤质|各种肤质",
    "混合皮": "混合|混油|混干|所有肤质|任何肤质|各种肤质",
    "敏感肌": "敏感|敏皮|所有肤质|任何肤质|各种肤质",
    "中性皮": "中性|所有肤质|任何肤质|各种肤质",
    "痘痘肌": "痘|所有肤质|任何肤质|各种肤质",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Constraints, and the same in words for an honest "we have none such"."""

    constraints: Constraints
    said: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    def is_kind(self, title: str) -> bool:
        """Whether a product of this title is a thing of the kind that was asked for."""
        return not self.kinds or any(kind in title.lower() for kind in self.kinds)

    def looser(self) -> Iterator[Constraints]:
        """The wish itself, then without its words one by one, the budget last of all."""
        yield self.constraints
        words = self.constraints.words
        for kept in range(len(words) - 1, -1, -1):
            yield replace(self.constraints, words=words[:kept])
        yield Constraints()


def read(question: Question, items: ItemTable) -> Wish:
    """The wish in this question; the kind of thing comes before the skin it is for."""
    kinds = _kinds(question.text, items)
    skins = [str(skin) for skin in question.values("skin_type")]
    low, high = _budget(question)
    words = [*kinds, *(_SKIN_WORDS.get(skin, skin) for skin in skins)]
    said = [*(kind.split(ALTERNATIVE)[0] for kind in kinds), *(f"适合{skin}" for skin in skins)]
    if high is not None:
        said.append(f"{yuan(high)}以内")
    constraints = Constraints(min_price_fen=low, max_price_fen=high, words=tuple(words))
    return Wish(constraints, tuple(said), tuple(kinds))


def _kinds(text: str, items: ItemTable) -> list[str]:
    shelf = "\n".join((*items.titles, *set(items.categories))).lower()
    rest = _ASKING.sub(" ", normalise(text))
    for skin in ("油皮", "干皮", "混合皮", "敏感肌", "痘痘肌", "混油", "混干", "皮肤"):
        rest = rest.replace(skin, " ")
    return [run for part in _RUN.findall(rest) for run in _longest(part, shelf)]


def _longest(part: str, shelf: str) -> Iterator[str]:
    """Longest runs of `part`, at least two characters, that occur on the shelf; no overlaps."""
    start = 0
    while start < len(part) - 1:
        for end in range(len(part), start + 1, -1):
            if part[start:end] in shelf:
                yield part[start:end]
                start = end
                break
        else:
            start += 1


def _budget(question: Question) -> tuple[int | None, int | None]:
    low = high = None
    for entity in question.entities:
        if entity.get("entity") != "budget":
            continue
        if entity.get("role") == "min":
            low = int(entity["value"])
        else:
            high = int(entity["value"])
    return low, high
