"""Products by name, alias, near-spelling and sound."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from rasa_project.entities.lexicon import Product, read_products
from rasa_project.entities.mention import Mention
from rasa_project.entities.products import ProductFinder, read_finder
from rasa_project.language.fold import fold
from rasa_project.product_mask import mask_products

PRODUCTS = (
    Product("CREAM", "神经酰胺保湿修护面霜 50g", ("面霜", "修护霜", "神经酰胺面霜")),
    Product("SUN", "清爽防晒乳 SPF50+", ("防晒霜", "防晒乳")),
    Product("BAG", "大容量帆布托特包", ("帆布包", "托特包")),
    Product("DRESS", "法式方领收腰小黑裙", ("小黑裙",)),
    Product("CUP", "316不锈钢保温杯 480ml", ("保温杯", "水杯")),
    Product("KIDCUP", "儿童吸管学饮杯", ("宝宝水杯", "儿童水杯")),
    Product("LIP-A", "丝绒口红", ("口红",)),
    Product("LIP-B", "镜面口红", ("口红",)),
    Product("BB", "轻雾气垫粉底", ("气垫", "气垫bb")),
)
FINDER = ProductFinder(PRODUCTS)


def find(comment: str) -> list[Mention]:
    return list(FINDER.find(fold(comment).text))


@pytest.mark.parametrize(
    ("comment", "sku"),
    [
        ("面霜多少钱", "CREAM"),
        ("神经酰胺保湿修护面霜50g还有吗", "CREAM"),
        ("小 黑 裙多少", "DRESS"),
        ("小黑裙", "DRESS"),
        ("請問防曬霜怎麼賣", "SUN"),
        ("防嗮霜多少", "SUN"),
        ("面双多少钱", "CREAM"),
        ("小嘿裙有M码吗", "DRESS"),
        ("宝宝水杯漏不漏", "KIDCUP"),
        ("宝宝的水杯漏不漏", "KIDCUP"),
        ("这个水杯", "CUP"),
        ("神经酰氨面霜", "CREAM"),
        ("mianshuang duoshaoqian", "CREAM"),
        ("FANGSHAISHUANG", "SUN"),
        ("气垫BB有几个色", "BB"),
    ],
)
def test_found(comment: str, sku: str) -> None:
    assert [mention.value for mention in find(comment)] == [sku]


@pytest.mark.parametrize(
    "comment",
    [
        "七点开播吗",  # sounds like 气垫
        "起点在哪",
        "哪些地方不包邮",  # sounds nearly like 帆布包
        "主播今天真好看",
        "165/110斤穿什么码",
        "bbq好吃",
        "水",
        "",
        "？？？",
    ],
)
def test_not_found(comment: str) -> None:
    assert find(comment) == []


def test_a_shared_alias_gives_candidates() -> None:
    (mention,) = find("口红有什么色号")
    assert mention.candidates == ("LIP-A", "LIP-B")
    assert mention.value in mention.candidates


def test_two_products_are_two_mentions() -> None:
    assert [m.value for m in find("面霜和防晒霜哪个先擦")] == ["CREAM", "SUN"]


def test_offsets_refer_to_the_comment() -> None:
    comment = "想要 小黑裙 的链接"
    (mention,) = find(comment)
    assert fold(comment).span(mention.start, mention.end) == (3, 6)


def test_masked_question_keeps_only_what_is_asked() -> None:
    masked = mask_products("小黑裙会起球吗", FINDER)
    assert (masked.text, masked.skus) == ("这个会起球吗", frozenset({"DRESS"}))
    assert mask_products("这个小黑裙会起球吗", FINDER).text == "这个会起球吗"
    assert mask_products("小黑裙", FINDER).text == "小黑裙"
    assert mask_products("会起球吗", FINDER).text == "会起球吗"


@pytest.mark.parametrize(
    "content", [[], {}, {"products": [{}]}, {"products": [{"sku": 1, "name": 2, "aliases": "x"}]}]
)
def test_a_file_that_is_no_lexicon_is_named(content: object, tmp_path: Path) -> None:
    file = tmp_path / "lexicon.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=r"lexicon\.json"):
        read_products(file)


def test_thousands_of_products_stay_quick() -> None:
    many = ProductFinder(
        Product(f"S{n}", f"商品{chr(0x4E00 + n)}{chr(0x5000 + n)}{chr(0x6000 + n)}精华")
        for n in range(3000)
    )
    text = fold("主播3号链接那个补水的精华液多少钱，敏感肌能不能用呀").text
    start = time.perf_counter()
    for _ in range(20):
        list(many.find(text))
    assert (time.perf_counter() - start) / 20 < 0.05


def test_read_finder(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.json"
    row = {"sku": "S", "name": "小黑裙", "aliases": [], "link_no": None, "category": "女装"}
    file.write_text(json.dumps({"version": "1", "products": [row]}), encoding="utf-8")
    assert [m.value for m in read_finder(file).find("小黑裙多少")] == ["S"]
