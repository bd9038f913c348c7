from __future__ import annotations

import pytest

from shop.compliance import OWN_ARTICLE, RULES, check, rulebook


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我们家质量最好！", "我们家质量很好！"),
        ("最好的面霜", "很好的面霜"),
        ("最好用的面霜", "很好用的面霜"),
        ("最好看的裙子", "很好看的裙子"),
        ("全国销量第一", "全国销量靠前"),
        ("国内第一品牌", "国内靠前品牌"),
        ("第一品牌", "知名品牌"),
        ("NO.1品牌", "人气品牌"),
        ("顶级面料", "优质面料"),
        ("极品燕窝", "优质燕窝"),
        ("这是全网最低价", "这是优惠价"),
        ("全网最低", "优惠价"),
        ("最大优惠来了", "很大的优惠来了"),
        ("采用最新科技", "采用新的科技"),
        ("最便宜的一次", "很实惠的一次"),
        ("药妆推荐", "护肤品推荐"),
        ("抗炎精华", "舒缓精华"),
    ],
)
def test_replaced(text: str, said: str) -> None:
    verdict = check(text)
    assert verdict.text == said
    assert verdict.replaced
    assert not verdict.held
    assert all(hit.article and hit.name and hit.found in text for hit in verdict.replaced)


@pytest.mark.parametrize(
    "text",
    [
        "国家级实验室", "可以治疗湿疹", "根治脚气", "100%有效", "保证不过敏", "三天见效",
        "零副作用",
        "无任何副作用", "药到病除", "央视推荐", "永不反弹", "增强免疫力", "喝了降血糖", "无效退款",
        "质量免检产品", "神效膏", "一抹就白",
    ],
)  # fmt: skip
def test_held(text: str) -> None:
    verdict = check(text)
    assert verdict.held
    assert verdict.holds[0].replacement is None
    assert verdict.text == text


@pytest.mark.parametrize(
    "text",
    [
        "最后三件", "最近有活动", "第一次用", "第一时间发货", "第一步先洁面",
        "第一，先洗脸；第二，拍水", "最大码是XXL", "最大尺码 4XL", "最大号穿得下吗",
        "最好先试色", "最好用温水洗", "最好看一下尺码", "最好早点下单", "最高可减50",
        "最高温度不超过40度", "最低温度零下", "最新款", "最多两件", "最少一件",
        "最晚48小时发货", "最快明天到", "最适合油皮", "我最爱的颜色", "最佳赏味期30天",
        "本品不能治疗疾病", "不能代替药物治疗", "如有不适请及时就医治疗", "不是药妆",
        "不含激素", "100%纯棉", "100% 聚酯纤维", "不能保证一定有效", "包安全到货",
        "第一批已发完", "拍一号链接包邮", "TOP10榜单", "第一款是3号链接", "七天无理由退货",
        "正在治疗期间请先问医生", "",
    ],
)  # fmt: skip
def test_harmless(text: str) -> None:
    verdict = check(text)
    assert verdict == type(verdict)(text, (), held=False)


def test_several_claims_in_one_text_each_get_their_due() -> None:
    verdict = check("全网最低价，顶级面料，还能治疗失眠，最后三件")
    assert verdict.text == "优惠价，优质面料，还能治疗失眠，最后三件"
    assert [hit.found for hit in verdict.replaced] == ["全网最低价", "顶级"]
    assert [hit.found for hit in verdict.holds] == ["治疗"]
    assert verdict.held


def test_a_harmless_phrase_does_not_excuse_a_claim_beside_it() -> None:
    assert check("第一次来？我们销量第一").text == "第一次来？我们销量靠前"
    assert check("最好先试色，我们最好").text == "最好先试色，我们很好"
    assert check("它不是药妆，但能治疗湿疹").held


def test_what_was_replaced_passes_the_filter() -> None:
    for text in (
        "最好的",
        "全网最低价",
        "销量第一",
        "顶级",
        "药妆",
        "抗炎",
        "第一",
        "NO.1",
        "最舒服",
    ):
        once = check(text).text
        assert check(once).text == once
        assert check(once).replaced == ()


def test_every_rule_names_its_law() -> None:
    assert all(rule.name and "条" in rule.article for rule in RULES)


def test_the_owners_words_hold_or_replace_beside_the_shipped_ones() -> None:
    book = rulebook([("清仓", "特卖"), ("跳楼价", ""), ("清仓甩卖", "")], [])
    toned = check("清 仓啦，我们最好", book)
    assert toned.text == "特卖啦，我们很好"
    assert [hit.name for hit in toned.replaced] == ["清 仓", "最好"]
    held = check("今天跳楼价", book)
    assert [(hit.name, hit.article) for hit in held.holds] == [("跳楼价", OWN_ARTICLE)]
    assert check("清仓甩卖", book).held
    assert not check("今天清仓跳楼价").held


def test_what_the_owner_allows_is_no_claim_and_excuses_nothing_beside_it() -> None:
    book = rulebook([], ["最好的朋友", "顶级"])
    assert check("送给最好的朋友，顶级面料", book).replaced == ()
    assert check("最好的面料", book).text == "很好的面料"
    assert check("顶级面料，全网最低价", book).text == "顶级面料，优惠价"


def test_signs_in_the_owners_words_are_only_signs() -> None:
    book = rulebook([("a.b", r"\1\g<0>"), ("(x", "y")], ["[z"])
    assert check("a.b axb (x [z", book).text == r"\1\g<0> axb y [z"


def test_a_claim_that_overlaps_a_replaced_one_still_holds() -> None:
    assert check("最好药膏", rulebook([("好药膏", "")], [])).held
