"""What the entity rules find, and what they leave alone: one line a comment."""

from __future__ import annotations

import pytest

from rasa_project.entities.find import find_entities
from rasa_project.entities.mention import Mention
from rasa_project.language.fold import fold

FOUND: tuple[tuple[str, str], ...] = (
    # link_no
    ("3号链接", "link_no=3"),
    ("二号", "link_no=2"),
    ("三号链接多少钱", "link_no=3"),
    ("第五个链接", "link_no=5"),
    ("链接3", "link_no=3"),
    ("3号多少", "link_no=3"),
    ("十二号宝贝还有吗", "link_no=12"),
    ("3號鏈接", "link_no=3"),
    ("３号链接", "link_no=3"),
    ("3#还有没", "link_no=3"),
    ("#7", "link_no=7"),
    ("小黄车第8个", "link_no=8"),
    ("一号二号有什么区别", "link_no=1 link_no=2"),
    ("1、2、3号都要", "link_no=1 link_no=2 link_no=3"),
    ("讲一下6", "link_no=6"),
    ("第一个怎么买", "link_no=1"),
    ("三号连接", "link_no=3"),
    ("38号链接", "link_no=38"),
    ("3 号 链接", "link_no=3"),
    ("12月5号发货吗", ""),
    ("5号能到吗", ""),
    ("3号线地铁站", ""),
    ("5号电池", ""),
    ("这款怎么样", ""),
    ("两款都喜欢", ""),
    ("型号是什么", ""),
    ("第一个月", ""),
    # height and weight
    ("165/110斤", "height=165 weight=55.0"),
    ("165 110", "height=165 weight=55.0"),
    ("165,110", "height=165 weight=55.0"),
    ("165cm 55kg", "height=165 weight=55.0"),
    ("我180 75kg", "height=180 weight=75.0"),
    ("110斤 165穿什么码", "weight=55.0 height=165"),
    ("165-110", "height=165 weight=55.0"),
    ("158，90斤", "height=158 weight=45.0"),
    ("165110", "height=165 weight=55.0"),
    ("一米六五", "height=165"),
    ("一米六", "height=160"),
    ("1米65", "height=165"),
    ("1米7", "height=170"),
    ("1m72", "height=172"),
    ("1.65m", "height=165"),
    ("1.7米", "height=170"),
    ("身高1.62", "height=162"),
    ("身高168", "height=168"),
    ("168的身高", "height=168"),
    ("我165能穿吗", "height=165"),
    ("165能穿吗", "height=165"),
    ("女儿身高120 体重45斤", "height=120 weight=22.5"),
    ("身高一米六，体重一百二十斤", "height=160 weight=60.0"),
    ("110斤", "weight=55.0"),
    ("55kg", "weight=55.0"),
    ("55公斤", "weight=55.0"),
    ("体重一百一", "weight=55.0"),
    ("体重110", "weight=55.0"),
    ("体重55", "weight=55.0"),
    ("一百三十斤能穿不", "weight=65.0"),
    ("120多斤", "weight=60.0"),
    ("宝宝20斤能穿吗", "weight=10.0"),
    ("150斤能穿吗", "weight=75.0"),
    ("165", "height=165"),
    ("1.68", "height=168"),
    ("110", "weight=55.0"),
    ("52", "weight=52.0"),
    ("666", ""),
    ("111", ""),
    ("500ml多少钱", ""),
    ("1.5米的床能用吗", ""),
    ("1.8米床", ""),
    ("150能不能便宜", ""),
    ("衣长65cm", ""),
    ("10斤装的大米", ""),
    ("165块", ""),
    # size
    ("XL有吗", "size=XL"),
    ("xl", "size=XL"),
    ("2xl还有货吗", "size=2XL"),
    ("大码", "size=大码"),
    ("38码", "size=38"),
    ("38.5码", "size=38.5"),
    ("三十八码", "size=38"),
    ("M码", "size=M"),
    ("穿M还是L", "size=M size=L"),
    ("S号断货了吗", "size=S"),
    ("175/92A", "size=175/92A"),
    ("75B能穿吗", "size=75B"),
    ("38号有吗", "size=38"),
    ("平时穿37的", "size=37"),
    ("均码吗", "size=均码"),
    ("110码有没有", "size=110"),
    ("ML是什么意思", ""),
    ("5G手机", ""),
    ("尺码数怎么看", ""),
    # color
    ("黑色", "color=黑色"),
    ("黑的有吗", "color=黑色"),
    ("红色和蓝色", "color=红色 color=蓝色"),
    ("雾霾蓝还有不", "color=雾霾蓝"),
    ("奶茶色", "color=奶茶色"),
    ("3号色", "color=3号色"),
    ("色号12", "color=12号色"),
    ("黑色XL", "color=黑色 size=XL"),
    ("白天能用吗", ""),
    ("红包呢", ""),
    ("绿茶好喝吗", ""),
    ("明白的", ""),
    ("奶茶好喝", ""),
    ("燕麦片", ""),
    # budget
    ("200以内", "budget=20000"),
    ("两百左右", "budget=20000"),
    ("不超过99块9", "budget=9990"),
    ("不超过99.9元", "budget=9990"),
    ("100-200", "budget=20000 budget=10000/min"),
    ("100到200块的", "budget=20000 budget=10000/min"),
    ("一百五以下", "budget=15000"),
    ("预算300", "budget=30000"),
    ("预算一千二", "budget=120000"),
    ("最多50块", "budget=5000"),
    ("百元以内", "budget=10000"),
    ("1k以内", "budget=100000"),
    ("两三百的包包", "budget=30000 budget=20000/min"),
    ("500块以上的", "budget=50000/min"),
    ("3天内发货吗", ""),
    ("7天左右", ""),
    ("2024-2025", ""),
    ("130斤以内能穿吗", "weight=65.0"),
    ("0-3岁", ""),
    ("99块是一盒吗", "quantity=1"),
    ("5斤以内", ""),
    # quantity
    ("两件", "quantity=2"),
    ("来3盒", "quantity=3"),
    ("拍2", "quantity=2"),
    ("拍2发几", "quantity=2"),
    ("我要一箱", "quantity=1"),
    ("来5斤苹果", "quantity=5"),
    ("十盒多少钱", "quantity=10"),
    ("买两个", "quantity=2"),
    ("拍3号链接", "link_no=3"),
    ("买一送一吗", ""),
    ("第二件半价吗", ""),
    ("要3天吗", ""),
    ("3个月能吃吗", ""),
    ("要不要来一下", ""),
    # skin_type
    ("油皮", "skin_type=油皮"),
    ("大油田能用吗", "skin_type=油皮"),
    ("干皮", "skin_type=干皮"),
    ("沙漠皮救星", "skin_type=干皮"),
    ("敏感肌可以吗", "skin_type=敏感肌"),
    ("敏皮", "skin_type=敏感肌"),
    ("混油", "skin_type=混合皮"),
    ("混干皮", "skin_type=混合皮"),
    ("油痘肌", "skin_type=痘痘肌"),
    ("中性皮肤", "skin_type=中性皮"),
    ("敏感肌和油皮都能用吗", "skin_type=敏感肌 skin_type=油皮"),
    ("乾皮", "skin_type=干皮"),
    ("饼干皮脆不脆", ""),
    ("油烟机", ""),
    # order_no and phone
    ("订单号 20240618123456", "order_no=20240618123456"),
    ("单号DD2024061801到哪了", "order_no=DD2024061801"),
    ("尾号8821", "order_no=8821"),
    ("手机尾号 8821 的", "order_no=8821"),
    ("后四位8821", "order_no=8821"),
    ("8821", "order_no=8821/bare"),
    ("我的订单202406181234567", "order_no=202406181234567"),
    ("13812345678", "phone=13812345678"),
    ("电话138 1234 5678", "phone=13812345678"),
    ("+86 13812345678", "phone=13812345678"),
    ("订单没到，打13812345678", "phone=13812345678"),
    ("2333", ""),
    ("订单呢", ""),
    # city
    ("新疆能发吗", "city=新疆"),
    ("发广东几天到", "city=广东"),
    ("我在哈尔滨", "city=哈尔滨"),
    ("寄到呼和浩特市多久", "city=呼和浩特"),
    ("成都和重庆都包邮吗", "city=成都 city=重庆"),
    ("內蒙古", "city=内蒙古"),
    ("新疆棉的吗", ""),
    ("和田玉是真的吗", ""),
    ("大理石纹", ""),
    ("三明治机", ""),
    ("普洱茶", ""),
    # several at once
    ("3号链接165/110斤穿M可以吗", "link_no=3 height=165 weight=55.0 size=M"),
    ("发新疆两件包邮不", "city=新疆 quantity=2"),
    ("油皮100以内推荐个水", "skin_type=油皮 budget=10000"),
    ("", ""),
    ("？？？", ""),
    ("主播今天好美", ""),
)


def written(mention: Mention) -> str:
    """A mention as the table writes it."""
    role = f"/{mention.role}" if mention.role else ""
    return f"{mention.entity}={mention.value}{role}"


@pytest.mark.parametrize(("comment", "expected"), FOUND, ids=[row[0] for row in FOUND])
def test_comment(comment: str, expected: str) -> None:
    found = find_entities(fold(comment).text)
    assert sorted(map(written, found)) == sorted(expected.split())


def test_table_is_large_and_has_negatives() -> None:
    assert len(FOUND) >= 150
    assert sum(not expected for _, expected in FOUND) >= 40


@pytest.mark.parametrize(
    ("comment", "piece"),
    [
        ("主播㎝３號鏈接多少", "３號鏈接"),  # ㎝ folds to two characters: offsets must not shift
        ("  165/110斤  ", "165"),
        ("我要 Ｘ Ｌ ＸＬ 的", "ＸＬ"),
        ("½ 3号链接", "3号链接"),
    ],
)
def test_offsets_refer_to_the_original_text(comment: str, piece: str) -> None:
    folded = fold(comment)
    pieces = [comment[slice(*folded.span(m.start, m.end))] for m in find_entities(folded.text)]
    assert piece in pieces


def test_values_have_the_types_the_actions_expect() -> None:
    found = {m.entity: m.value for m in find_entities(fold("3号链接165/110斤，38码，200以内").text)}
    assert {name: type(value) for name, value in found.items()} == {
        "link_no": int,
        "height": int,
        "weight": float,
        "size": str,
        "budget": int,
    }
