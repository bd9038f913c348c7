"""Facts of the product itself: only what the catalogue holds, word for word.

Which attribute a question is about is read from cue words. An attribute that is asked for and
absent is an unknown fact; it is never filled from the description of another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from actions.answer import Answer, say
from actions.case import Case
from actions.which_product import call
from shop.catalogue import Product

# attribute of the catalogue: words by which viewers ask for it
CUES: Mapping[str, tuple[str, ...]] = {
    "材质": ("材质", "面料", "料子", "布料", "什么料", "什么做", "纯棉", "真皮", "真丝", "羊毛",
             "含棉", "皮的", "棉的", "材料", "填充", "充绒", "内胆", "里衬", "不锈钢"),
    "成分": ("成分", "成份", "配料", "含", "添加", "香精", "酒精", "防腐", "激素", "糖", "蛋白"),
    "产地": ("产地", "哪里产", "哪产", "哪儿产", "哪里的", "哪儿的", "国产", "进口", "厂"),
    "保质期": ("保质", "过期", "日期", "新鲜", "放多久", "能放"),
    "尺寸": ("尺寸", "多大", "多长", "多高", "多宽", "几寸", "厘米", "cm", "裙长", "衣长",
             "裤长", "腰围", "胸围", "长度", "直径", "容量", "几升", "装得下", "放得下"),
    "重量": ("重量", "多重", "重不重", "几斤", "几克", "克重", "轻不轻", "沉不沉", "净含量"),
    "功率": ("功率", "几瓦", "多少瓦", "费电", "耗电", "瓦", "电压"),
    "规格": ("规格", "几片", "几包", "几个", "几支", "几件套", "一盒", "一箱", "一袋", "多少片",
             "多少包", "毫升", "ml", "颜色", "几个色", "色号", "什么色"),
    "适合年龄": ("几岁", "多大的", "岁", "月龄", "个月", "宝宝", "小孩", "孩子", "老人", "年龄"),
    "适合肤质": ("皮肤", "肤质", "油皮", "干皮", "敏感", "混合", "痘", "肌", "过敏", "泛红"),
    "不适合": ("孕妇", "怀孕", "哺乳", "禁忌", "不能用", "不适合", "慎用", "过敏"),
    "用法": ("怎么用", "用法", "怎么吃", "怎么煮", "怎么装", "怎么弄", "步骤", "先后", "几次",
             "用量", "安装", "冲泡", "说明"),
    "洗护": ("洗", "熨", "晾", "掉色", "缩水", "起球", "变形", "保养", "晒"),
    "储存": ("储存", "保存", "冰箱", "冷藏", "怎么放", "存放", "常温"),
    "赠品": ("送", "赠", "小样", "礼"),
    "质保": ("保修", "质保", "坏了", "售后", "维修", "保多久"),
}  # fmt: skip

# what each intent may be answered from, most telling first
SPEC = ("材质", "成分", "规格", "尺寸", "重量", "功率", "产地", "保质期")
USAGE = ("用法", "洗护", "储存")
SUITABILITY = ("适合肤质", "适合年龄", "不适合")


def spec(case: Case) -> Answer | None:
    """Material, ingredients, measures, origin…"""
    return _facts(case, SPEC)


def usage(case: Case) -> Answer | None:
    """How to use, wash and keep it."""
    return _facts(case, USAGE)


def gift(case: Case) -> Answer | None:
    """What comes with it; None leaves the shop's own gift rule to answer."""
    return _facts(case, ("赠品",))


def warranty(case: Case) -> Answer | None:
    """The product's own warranty; None leaves the shop's rule to answer."""
    return _facts(case, ("质保",))


def suitability(case: Case) -> Answer | None:
    """Whom it suits; a skin type that the viewer names gets a yes or a no."""
    skin = case.question.value("skin_type")
    if case.product is not None and skin:
        verdict = skin_verdict(case.product, skin)
        if verdict:
            return say(f"{call(case.product)}{verdict}", "product")
    return _facts(case, SUITABILITY)


def skin_verdict(product: Product, skin: str) -> str | None:
    """A sentence for this skin type, or None when the catalogue does not say."""
    core = skin.removesuffix("皮").removesuffix("肌")
    unfit = product.attributes.get("不适合", "")
    fit = product.attributes.get("适合肤质", "")
    if core in unfit:
        return f"不太适合{skin}：{unfit}"
    if core in fit or any(word in fit for word in ("所有", "任何", "各种", "全肤质")):
        return f"{skin}可以用：适合{fit}" + (f"；{unfit}" if unfit else "") + "～"
    return None


def _facts(case: Case, names: Iterable[str]) -> Answer | None:
    product = case.product
    if product is None:
        return None
    names = tuple(names)
    asked = tuple(name for name in CUES if _asks(case.question.text, name))
    within = tuple(name for name in asked if name in names)
    # A question with a cue from another group ("几岁能玩" as ask_spec) still gets that fact.
    wanted = within or asked or names
    found = {name: product.attributes[name] for name in wanted if product.attributes.get(name)}
    if not found and not within:
        found = {name: product.attributes[name] for name in names if product.attributes.get(name)}
    if not found:
        return None
    facts = "；".join(f"{name}：{value}" for name, value in found.items())
    return say(f"{call(product)}{facts}", "product")


def _asks(text: str, name: str) -> bool:
    return any(cue in text for cue in CUES[name])
