from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from shop import catalogue
from shop.catalogue import DuplicateLink, Product, SizeRow, UnknownProduct, Variant
from shop.database import Database

Cream = Callable[..., Product]


def test_a_product_comes_back_as_it_went_in(shop_db: Database, cream: Cream) -> None:
    product = cream(
        list_price_fen=12_900, link_no=3, aliases=("面霜", "小白罐"), description="清爽",
        image_url="/img/c1.png", attributes={"适合肤质": "干皮", "净含量": "50g"},
        variants=(Variant("红 S", "红", "S", 9_900, 2), Variant("白", "白", "", 10_000, 0)),
        sizes=(SizeRow("S", 150, 160, 40, 50), SizeRow("M", 160, 170, 50, 60.5)),
    )  # fmt: skip
    with shop_db.begin() as session:
        catalogue.upsert(session, product)
    with shop_db.read() as session:
        assert catalogue.get(session, "C1") == product


def test_storing_again_replaces_variants_and_sizes(shop_db: Database, cream: Cream) -> None:
    with shop_db.begin() as session:
        catalogue.upsert(session, cream(variants=(Variant("a", "", "", 1, 1),)))
        catalogue.upsert(session, cream(variants=(Variant("b", "", "", 1, 1),)))
        assert [v.variant for v in catalogue.get(session, "C1").variants] == ["b"]


def test_a_variant_at_the_products_price_follows_it(shop_db: Database, cream: Cream) -> None:
    variants = (Variant("same", "", "", 10_000, 1), Variant("own", "", "", 8_000, 1))
    seen = []
    with shop_db.begin() as session:
        catalogue.upsert(session, cream(variants=variants))
        for price in (12_000, 8_000, 9_000):
            product = catalogue.get(session, "C1")
            catalogue.upsert(session, replace(product, price_fen=price))
            seen.append([v.price_fen for v in catalogue.get(session, "C1").variants])
    assert seen == [[12_000, 8_000], [8_000, 8_000], [9_000, 8_000]]


def test_unknown_products_have_a_name(shop_db: Database) -> None:
    with shop_db.read() as session, pytest.raises(UnknownProduct, match="C9"):
        catalogue.get(session, "C9")


def test_listed_leaves_out_what_is_off(shop_db: Database, cream: Cream) -> None:
    with shop_db.begin() as session:
        catalogue.upsert_many(
            session,
            [cream(sku="B"), cream(sku="A", status="off"), cream(sku="Z", link_no=1)],
        )
        assert [p.sku for p in catalogue.listed(session)] == ["Z", "B"]
        assert [p.sku for p in catalogue.all_products(session)] == ["Z", "A", "B"]


def test_link_numbers_find_what_is_on_sale(shop_db: Database, cream: Cream) -> None:
    with shop_db.begin() as session:
        catalogue.upsert(session, cream(link_no=3))
        found = catalogue.by_link(session, 3)
        assert found is not None
        assert found.sku == "C1"
        catalogue.upsert(session, cream(link_no=3, status="off"))
        assert catalogue.by_link(session, 3) is None


@pytest.mark.parametrize("number", [0, 4, -1, 2**31, 10**30])
def test_link_numbers_that_name_nothing(shop_db: Database, number: int) -> None:
    with shop_db.read() as session:
        assert catalogue.by_link(session, number) is None


def test_a_link_number_moves_and_two_products_can_swap(shop_db: Database, cream: Cream) -> None:
    with shop_db.begin() as session:
        catalogue.upsert_many(session, [cream(sku="A", link_no=1), cream(sku="B", link_no=2)])
        catalogue.upsert_many(session, [cream(sku="A", link_no=2), cream(sku="B", link_no=1)])
        catalogue.upsert(session, cream(sku="C", link_no=1))
        links = {p.sku: p.link_no for p in catalogue.all_products(session)}
    assert links == {"A": 2, "B": None, "C": 1}


def test_one_link_number_for_two_products_is_refused(shop_db: Database, cream: Cream) -> None:
    with shop_db.begin() as session, pytest.raises(DuplicateLink):
        catalogue.upsert_many(session, [cream(sku="A", link_no=1), cream(sku="B", link_no=1)])


def test_every_change_shows_in_the_revision(shop_db: Database, cream: Cream) -> None:
    seen = []
    with shop_db.begin() as session:
        seen.append(catalogue.revision(session))
        catalogue.upsert(session, cream())
        seen.append(catalogue.revision(session))
        catalogue.put_stock(session, "C1", 0)
        seen.append(catalogue.revision(session))
        assert catalogue.get(session, "C1").stock == 0
        with pytest.raises(UnknownProduct):
            catalogue.put_stock(session, "C9", 1)
    assert seen == [0, 1, 2]


def test_frame_has_its_columns_and_knows_what_is_unknown(shop_db: Database, cream: Cream) -> None:
    with shop_db.begin() as session:
        empty = catalogue.frame(session)
        catalogue.upsert(session, cream(cost_fen=None, link_no=7, attributes={"适合肤质": "干皮"}))
        table = catalogue.frame(session)
    assert list(empty.columns) == list(table.columns) == list(catalogue.FRAME_COLUMNS)
    row = table.iloc[0]
    assert row["price_fen"] == 10_000
    assert row["link_no"] == 7
    assert table["cost_fen"].isna().all()
    assert row["text"] == "补水面霜 小满 美妆 适合肤质干皮"


def test_bare_numbers_are_no_words_about_a_product(cream: Cream) -> None:
    attributes = {"sale_count": "205288", "update_time": "2016/11/5", "净含量": "50ml"}
    words = catalogue.search_text(cream(attributes=attributes))
    assert words == "补水面霜 小满 美妆 净含量50ml"


def test_price_points_are_each_price_and_cost_on_sale(shop_db: Database, cream: Cream) -> None:
    variants = (Variant("own", "", "", 8_000, 1), Variant("same", "", "", 10_000, 1))
    with shop_db.begin() as session:
        catalogue.upsert_many(
            session,
            [
                cream(sku="A", variants=variants),
                cream(sku="B"),
                cream(sku="C", price_fen=1, status="off"),
                cream(sku="D", price_fen=2, category="女装", cost_fen=None),
            ],
        )
        beauty = sorted(catalogue.price_points(session, "美妆"))
        anything = catalogue.price_points(session, None)
    assert beauty == [("A", 8_000, 6_000), ("A", 10_000, 6_000)]
    assert sorted(anything) == [*beauty, ("D", 2, None)]


def test_many_products_in_more_than_one_chunk(shop_db: Database, cream: Cream) -> None:
    skus = [f"S{number}" for number in range(1_203)]
    with shop_db.begin() as session:
        catalogue.upsert_many(session, [cream(sku=sku) for sku in skus])
        found = catalogue.many(session, [*skus, "nope"])
    assert found.keys() == set(skus)
    assert replace(found["S7"], sku="C1") == cream()
