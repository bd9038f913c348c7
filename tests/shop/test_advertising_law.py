"""The law's own wording, article by article: what must not be said, and a harmless neighbour."""

from __future__ import annotations

import pytest

from shop.advertising_law import RULES
from shop.compliance import check

# (article, what is said and must be held, what is much like it and harmless)
HELD = [
    ("第九条第一项", "印有国旗图案的T恤来了", "国庆节期间照常发货"),
    ("第九条第一项", "使用国徽标志的徽章", "这枚校徽可以定制"),
    ("第九条第二项", "国家机关专用的茶", "机关单位团购请找客服"),
    ("第九条第二项", "省长推荐的好酒", "店长推荐3号链接"),
    ("第九条第二项", "人民大会堂专供", "本店专供孕妇的款式没有"),
    ("第九条第三项", "国家级面料", "国家标准GB 18401 B类"),
    ("第九条第三项", "填补国内空白的技术", "国内发货，48小时内"),
    ("第九条第四项", "国家机密配方", "配方我们不方便公开"),
    ("第九条第五项", "马上要打仗了快囤货", "大促要囤货的可以先加购"),
    ("第九条第六项", "给差评的我就公布买家电话", "收货电话可以在订单里改"),
    ("第九条第七项", "小三上位必备的香水", "香水是木质调"),
    ("第九条第八项", "会转运的手链", "国际转运中心发出后更新物流"),
    ("第九条第八项", "戴上能招财", "招财猫摆件是陶瓷的"),
    ("第九条第八项", "淫秽内容", "颜色情况看详情页"),
    ("第九条第九项", "女人就该在家干活", "男生女生都能穿"),
    ("第九条第九项", "劣等民族才穿那个", "民族风长裙"),
    ("第九条第十项", "正宗象牙手串", "这件是象牙白色"),
    ("第九条第十项", "山里打的野味", "番茄味道更浓"),
    ("第十二条", "国家专利产品", "专利产品，专利号ZL202010000000.1"),
    ("第十三条", "吊打所有大牌", "秒杀价到今晚十点"),
    ("第十三条", "别家卖的都是假货", "别家的我不清楚，我们支持验货"),
    ("第十六条第一项", "保证有效，无任何副作用", "不能保证一定有效"),
    ("第十六条第二项", "治愈率很高", "退货率不高"),
    ("第十六条第二项", "有效率高达98%", "98%棉，2%氨纶"),
    ("第十六条第三项", "比吃药还管用", "本品不能代替药物"),
    ("第十六条第四项", "皮肤科医生推荐", "湿疹反复请先问医生"),
    ("第十六条第四项", "患者证明效果好", "凭医院证明可以退"),
    ("第十七条", "能治疗湿疹", "本品不能治疗疾病"),
    ("第十七条", "药到病除", "快递到了请验货"),
    ("第十七条", "处方级护肤", "敏感肌先做耳后测试"),
    ("第十八条第一项", "百分百安全，零副作用", "百分百纯棉"),
    ("第十八条第二项", "预防感冒，增强免疫力", "蛋白质含量每100克20克"),
    ("第十八条第三项", "人体必需品，不吃就会生病", "出门必备的小包"),
    ("第十八条第四项", "比别的钙片都好", "比上一款轻一点"),
    ("第二十八条", "三天见效，绝不反弹", "三天内发货"),
    ("第二十八条第三项", "经临床验证的面霜", "有质检报告可以看"),
    ("第二十八条第四项", "用了一周斑没了", "用了一周还没到货请找客服"),
]
# 极限词: (what is said, what is said instead, a harmless neighbour)
TONED_DOWN = [
    ("最高级的面料", "最高可减50元"),
    ("最佳面霜", "最佳赏味期30天"),
    ("我们家最好", "最好先试色"),
    ("最先进的工艺", "最先拍的先发"),
    ("销量第一", "第一批已发完"),
    ("全网最低价", "最低温度零下五度"),
    ("顶级工艺", "楼顶的花园"),
    ("极致体验！", "极简风格"),
    ("遥遥领先！", "领口是圆领"),
    ("全国销量冠军", "冠军牌自行车没有"),
    ("一流品质", "一流水的流程"),
    ("行业龙头", "水龙头是铜的"),
    ("最高端", "最高温度不超过40度"),
    ("最便宜", "便宜了二十"),
]


@pytest.mark.parametrize(("article", "said", "harmless"), HELD, ids=lambda text: str(text)[:12])
def test_what_an_article_forbids_is_held_and_its_neighbour_passes(
    article: str, said: str, harmless: str
) -> None:
    verdict = check(said)
    assert verdict.held, said
    assert verdict.holds[0].name
    assert check(harmless) == type(verdict)(harmless, (), held=False)


@pytest.mark.parametrize(("said", "harmless"), TONED_DOWN)
def test_a_superlative_is_replaced_and_its_neighbour_passes(said: str, harmless: str) -> None:
    verdict = check(said)
    assert verdict.replaced, said
    assert not verdict.held
    assert check(verdict.text).replaced == ()
    assert check(harmless) == type(verdict)(harmless, (), held=False)


@pytest.mark.parametrize(
    "harmless",
    [
        "以下注意事项请看详情", "这双鞋包养护吗", "心情色彩", "田野味道的香薰", "打开光线更好看",
        "请先问皮肤科医生推荐什么", "湿疹用不用去医院请问医生", "仿象牙材质", "我们没有申请专利",
        "不会公开您的电话", "没有转运的功效", "能用一周吗", "盗墓笔记联名",
    ],
)  # fmt: skip
def test_words_inside_other_words_are_no_claims(harmless: str) -> None:
    assert check(harmless) == type(check(""))(harmless, (), held=False)


def test_every_clause_of_article_nine_that_words_can_break_has_a_rule() -> None:
    clauses = {rule.article for rule in RULES}
    assert clauses >= {f"第九条第{number}项" for number in "一二三四五六七八九十"}
