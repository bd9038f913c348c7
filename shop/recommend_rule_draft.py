"""What the owner may rule about recommendations: one table of kinds, and a draft checked by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from shop.errors import InvalidField

PIN, HIDE, HIDE_CATEGORY = "pin", "hide", "hide_category"
CATEGORY_CAP, BRAND_CAP, DUE = "category_cap", "brand_cap", "due"
PRICE_MIN, PRICE_MAX = "price_min", "price_max"

SKU, CATEGORY, BRAND, NOTHING = "sku", "category", "brand", ""
# The target of a cap that holds for every category or brand without one of its own.
EVERY: Final = ""
MAX_TARGET, MAX_NOTE = 200, 200


class RuleInvalid(InvalidField):
    """A rule like this cannot be kept; `field` is that of RuleDraft."""


@dataclass(frozen=True, slots=True)
class RuleKind:
    """One kind of rule: what it is about, and what its number means (unit "" where it has none)."""

    name: str
    title: str
    about: str
    target: str
    unit: str = ""
    lowest: int = 0
    highest: int = 0
    usual: int = 0
    every: bool = False


RULE_KINDS: Final[Mapping[str, RuleKind]] = {
    kind.name: kind
    for kind in (
        RuleKind(PIN, "置顶", "有货就排在最前面；数字小的更靠前", SKU, "位", 1, 10, 1),
        RuleKind(HIDE, "不推荐这件", "不出现在任何推荐里", SKU),
        RuleKind(HIDE_CATEGORY, "不推荐这个类目", "整个类目都不出现在推荐里", CATEGORY),
        RuleKind(
            DUE, "用完再推荐", "买过之后多少天用得差不多，到期才再推荐；其他类目买过的不再推荐",
            CATEGORY, "天", 0, 730, 60,
        ),
        RuleKind(
            CATEGORY_CAP, "同类目最多", "一次推荐里同一个类目最多几件；不选类目就管所有类目",
            CATEGORY, "件", 1, 10, 2, every=True,
        ),
        RuleKind(
            BRAND_CAP, "同品牌最多", "一次推荐里同一个品牌最多几件；不选品牌就管所有品牌",
            BRAND, "件", 1, 10, 2, every=True,
        ),
        RuleKind(PRICE_MIN, "最低价", "低于这个价的不推荐（比如补差价链接）", NOTHING, "分",
                 1, 100_000_000, 100),
        RuleKind(PRICE_MAX, "最高价", "高于这个价的不推荐", NOTHING, "分",
                 1, 100_000_000, 100_000),
    )
}  # fmt: skip

# Days after which what was bought is used up, in a shop whose owner has not said otherwise: a
# category counts under the longest of these words that it contains.
USUAL_DUE: Final[Mapping[str, int]] = {
    "零食": 14, "食品": 14, "生鲜": 7, "饮料": 14, "纸品": 30, "日用": 45, "洗护": 60, "个护": 60,
    "护肤": 60, "美妆": 90, "彩妆": 90, "母婴": 30, "纸尿裤": 21, "宠物": 30, "保健": 45,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """One rule as the owner wants it; the shop adds number, version and time."""

    kind: str
    target: str = ""
    number: int = 0
    enabled: bool = True
    note: str = ""

    def checked(self) -> RuleDraft:
        """The draft trimmed; raises RuleInvalid with the first fault."""
        kind = RULE_KINDS.get(self.kind)
        if kind is None:
            raise RuleInvalid("kind", "请选择规则的种类")
        target = _target(kind, self.target.strip())
        note = self.note.strip()
        if len(note) > MAX_NOTE:
            raise RuleInvalid("note", f"备注最多 {MAX_NOTE} 个字，现在有 {len(note)} 个")
        return replace(self, target=target, number=_number(kind, self.number), note=note)


_ASKED = {SKU: "请选择是哪件商品", CATEGORY: "请选择是哪个类目", BRAND: "请选择是哪个品牌"}


def _target(kind: RuleKind, target: str) -> str:
    if kind.target == NOTHING:
        return ""
    if not target and not kind.every:
        raise RuleInvalid("target", _ASKED[kind.target])
    if len(target) > MAX_TARGET or not target.isprintable():
        raise RuleInvalid("target", f"最多 {MAX_TARGET} 个字，不能有换行")
    return target


def _number(kind: RuleKind, number: int) -> int:
    if not kind.unit:
        return 0
    if not kind.lowest <= number <= kind.highest:
        raise RuleInvalid("number", _range(kind))
    return number


def _range(kind: RuleKind) -> str:
    if kind.unit == "分":
        return f"「{kind.title}」要在 {kind.lowest / 100:.2f} 到 {kind.highest / 100:.0f} 元之间"
    return f"「{kind.title}」要在 {kind.lowest} 到 {kind.highest} {kind.unit}之间"
