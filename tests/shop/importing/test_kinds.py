from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shop import catalogue, events, faq, orders
from shop.catalogue import Product, SizeRow, Variant
from shop.database import Database
from shop.importing import ImportRefused, ImportReport, RowError, import_file
from shop.viewers import pseudonym

Load = Callable[..., ImportReport]
TAOBAO = Path(__file__).parents[3].parent / "shared/datasets/taobao_double11_beauty.csv"


def _counts(report: ImportReport) -> tuple[int, int, int]:
    return report.created, report.updated, report.unchanged


def _product(shop: Database, sku: str) -> Product:
    with shop.read() as session:
        return catalogue.get(session, sku)


@pytest.fixture
def stocked(shop_db: Database, cream: Callable[..., Product]) -> Database:
    with shop_db.begin() as session:
        catalogue.upsert(session, cream())
    return shop_db


WHOLE = (
    "sku,title,category,brand,price,list_price,cost,stock,link_no,aliases,description,image_url,"
    "status,材质\nC1,面霜,美妆,小满,99.00,129,40,7,3,小白罐|霜,清爽,/c.png,上架,玻璃瓶\n"
)


def test_products_with_attributes(load: Load, shop_db: Database) -> None:
    report = load("products", WHOLE)
    assert _counts(report) == (1, 0, 0)
    assert report.unknown_columns == ("材质",)
    assert _product(shop_db, "C1") == Product(
        "C1", "面霜", "美妆", "小满", 9_900, 12_900, 4_000, 7, 3, ("小白罐", "霜"), "清爽",
        "/c.png", "on", {"材质": "玻璃瓶"},
    )  # fmt: skip
    assert _counts(load("products", WHOLE)) == (0, 0, 1)


def test_columns_that_a_file_lacks_keep_what_is_stored(load: Load, shop_db: Database) -> None:
    load("products", WHOLE)
    load("variants", "sku,variant,stock\nC1,大,1\n")
    assert _counts(load("products", "sku,title,price,产地\nC1,面霜,89,杭州\n")) == (0, 1, 0)
    product = _product(shop_db, "C1")
    assert (product.price_fen, product.stock, product.link_no) == (8_900, 7, 3)
    assert product.attributes == {"材质": "玻璃瓶", "产地": "杭州"}
    assert product.variants == (Variant("大", "", "", 8_900, 1),)
    load("products", "sku,title,price,材质\nC1,面霜,89,\n")
    assert _product(shop_db, "C1").attributes == {"产地": "杭州"}


def test_blank_cells_and_zeros_take_what_is_stored_away(load: Load, shop_db: Database) -> None:
    load("products", WHOLE)
    emptied = "sku,title,price,cost,stock,link_no,aliases,brand\nC1,面霜,99,,0,,,\n"
    assert _counts(load("products", emptied)) == (0, 1, 0)
    product = _product(shop_db, "C1")
    assert (product.cost_fen, product.stock, product.link_no) == (None, 0, None)
    assert (product.aliases, product.brand, product.category) == ((), "", "美妆")


def test_a_product_seen_again_is_updated_by_the_later_row(load: Load, shop_db: Database) -> None:
    text = "sku,title,price\nA,一,1\nB,甲,1\nA,二,2\nA,二,2\n"
    assert _counts(load("products", text)) == (2, 1, 1)
    assert _product(shop_db, "A").title == "二"
    assert _counts(load("products", text)) == (0, 0, 4)


def test_of_dated_rows_the_latest_holds(load: Load, shop_db: Database) -> None:
    text = "sku,title,price,day\nA,晚,2,2016/11/14\nA,早,1,2016/11/5\n"
    report = load("products", text, mapping={"updated_at": "day"})
    assert report.unknown_columns == ()
    assert _product(shop_db, "A").title == "晚"


def test_mapping_and_constants(load: Load, shop_db: Database) -> None:
    options = {
        "mapping": {"sku": "id", "brand": "店名", "产地": "from"},
        "constants": {"category": "美妆", "stock": 100},
    }
    text = "id,title,price,店名,from,stock\nA,面霜,9,小满,杭州,\nB,乳液,9,小满,杭州,3\n"
    report = load("products", text, **options)
    assert report.unknown_columns == ()
    a, b = _product(shop_db, "A"), _product(shop_db, "B")
    assert (a.category, a.brand, a.stock, a.attributes) == ("美妆", "小满", 100, {"产地": "杭州"})
    assert b.stock == 3


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"mapping": {"sku": "货号"}}, "货号"),
        ({"constants": {"colour": "red"}}, "colour"),
        ({"constants": {"stock": "many"}}, "many"),
    ],
)
def test_mappings_that_cannot_work_are_refused(
    load: Load, options: dict[str, dict[str, str]], reason: str
) -> None:
    with pytest.raises(ImportRefused, match=reason):
        load("products", WHOLE, **options)


def test_faults_name_the_column_of_the_file(load: Load) -> None:
    report = load("products", "id,title,价格\nA,a,贵\n", mapping={"sku": "id", "price": "价格"})
    assert [error.column for error in report.errors] == ["价格"]


def test_one_link_number_in_a_file_is_for_one_product(load: Load, shop_db: Database) -> None:
    report = load("products", "sku,title,price,link_no\nA,a,1,1\nB,b,1,1\nC,c,1,\nD,d,1,2\n")
    assert report.errors == (RowError(3, "link_no", "1 号链接在第 2 行已给了商品 A"),)
    swapped = load("products", "sku,title,price,link_no\nA,a,1,2\nD,d,1,1\n")
    assert _counts(swapped) == (0, 2, 0)
    assert _product(shop_db, "A").link_no == 2


def test_variants(load: Load, stocked: Database) -> None:
    text = "sku,variant,color,size,price,stock\nC1,红 S,红,S,88.8,2\nC1,白,白,,,1\nC9,x,,,1,1\n"
    report = load("variants", text)
    assert _counts(report) == (2, 0, 0)
    assert report.errors == (RowError(4, "sku", "商品 C9 不在商品表里，请先导入商品"),)
    assert _product(stocked, "C1").variants == (
        Variant("红 S", "红", "S", 8_880, 2),
        Variant("白", "白", "", 10_000, 1),
    )
    assert _counts(load("variants", text)) == (0, 0, 2)
    assert _counts(load("variants", "sku,variant,stock\nC1,白,0\n")) == (0, 1, 0)
    assert _product(stocked, "C1").variants[1] == Variant("白", "白", "", 10_000, 0)


def test_size_charts_are_replaced_whole(load: Load, stocked: Database) -> None:
    head = "sku,size,height_min,height_max,weight_min,weight_max\n"
    text = f"{head}C1,S,150,160cm,80斤,50\nC1,M,160,1.7m,50,\nC1,L,180,170,1,2\n"
    report = load("size_charts", text)
    assert _counts(report) == (2, 0, 0)
    assert report.errors == (RowError(4, "height_min", "height_min 不能大于 height_max"),)
    assert _product(stocked, "C1").sizes == (
        SizeRow("S", 150, 160, 40, 50),
        SizeRow("M", 160, 170, 50, 500),
    )
    assert _counts(load("size_charts", text)) == (0, 0, 2)
    assert _counts(load("size_charts", f"{head}C1,M,160,170,50,60\n")) == (0, 1, 0)
    assert _product(stocked, "C1").sizes == (SizeRow("M", 160, 170, 50, 60),)


def test_faq(load: Load, stocked: Database) -> None:
    text = (
        "faq_id,question,similar_questions,answer,sku,category,valid_from,valid_to\n"
        "F1,能用吗,孕妇能用吗|能用吗|可以用不,可以,C1,肤质,2024-11-01,2024-11-11\n"
        "F2,包邮吗,,包邮,,物流,,\n"
        "F3,在吗,,在,C9,,,\n"
        "F4,几点,,八点,,,2024-11-02,2024-11-01\n"
    )
    report = load("faq", text)
    assert _counts(report) == (2, 0, 0)
    assert [(error.line, error.column) for error in report.errors] == [
        (4, "sku"),
        (5, "valid_from"),
    ]
    with stocked.read() as session:
        first, second = faq.all_entries(session)
    assert first.similar == ("孕妇能用吗", "可以用不")
    assert first.valid_from == datetime(2024, 10, 31, 16, tzinfo=UTC)
    assert first.valid_to == datetime(2024, 11, 11, 15, 59, 59, 999_999, tzinfo=UTC)
    assert (second.sku, second.valid_from, second.valid_to) == (None, None, None)
    with stocked.read() as session:
        revision = faq.revision(session)
    assert _counts(load("faq", text)) == (0, 0, 2)
    with stocked.read() as session:
        assert faq.revision(session) == revision


ORDERS = (
    "order_id,viewer,ts,sku,variant,quantity,paid,discount,status,carrier,tracking_no,备注\n"
    "o1,u1,2024-11-11 20:00:00,C1,白,2,￥199.80,10,已发货,顺丰,SF1,\n"
    "o2,u1,2024-11-11T12:00:00Z,C1,,,99,,paid,,,快点\n"
    "o2,u1,2024-11-11T12:00:00Z,C2,,,99,,paid,,,\n"
    "o3,u1,2024-11-11,C1,,0,99,,lost,,,\n"
)


def test_orders(load: Load, shop_db: Database) -> None:
    report = load("orders", ORDERS, channel="wechat")
    assert _counts(report) == (2, 0, 0)
    assert report.unknown_columns == ("备注",)
    places = [(error.line, error.column) for error in report.errors]
    assert places == [(4, "order_id"), (5, "quantity"), (5, "status")]
    viewer = pseudonym("key", "wechat", "u1")
    with shop_db.read() as session:
        one, two = orders.of_viewer(session, viewer, 10)
        assert orders.of_viewer(session, "u1", 10) == []
    assert (one.quantity, one.paid_fen, one.discount_fen, one.status) == (
        2,
        19_980,
        1_000,
        "shipped",
    )
    assert (two.quantity, two.discount_fen, two.ts) == (1, 0, one.ts)
    assert _counts(load("orders", ORDERS, channel="wechat")) == (0, 0, 2)


EVENTS = (
    "event_id,ts,viewer,event,sku,value,room\n"
    "e1,2024-11-11 20:00:00,u1,view,C1,,r1\ne2,2024-11-11 20:00:05,u1,DWELL,C1,12.5,\n"
    "e3,2024-11-11 20:00:05,u1,teleport,,,\ne1,2024-11-11 20:00:00,u1,view,C1,,r1\n"
)


def test_events(load: Load, shop_db: Database) -> None:
    report = load("events", EVENTS)
    assert _counts(report) == (2, 0, 1)
    assert [(error.line, error.column) for error in report.errors] == [(4, "event")]
    with shop_db.read() as session:
        two, one = events.of_viewer(session, pseudonym("key", "live", "u1"))
    assert (one.sku, one.value, one.room) == ("C1", None, "r1")
    assert (two.event, two.value, two.room) == ("dwell", 12.5, None)
    assert _counts(load("events", EVENTS)) == (0, 0, 3)


def test_viewers_are_never_stored_in_the_clear(load: Load, shop_db: Database) -> None:
    load("orders", ORDERS)
    load("events", EVENTS)
    with shop_db.read() as session:
        for table in (orders.frame(session), events.frame(session)):
            assert set(table["viewer"]) == {pseudonym("key", "live", "u1")}


def test_without_a_key_nobody_is_imported(shop_db: Database, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS)
    with pytest.raises(ImportRefused, match="viewer_key"):
        import_file(shop_db, "events", path)


def test_more_rows_than_one_batch(load: Load, shop_db: Database) -> None:
    text = "sku,title,price\n" + "".join(f"S{n},商品{n},{n}\n" for n in range(2_500))
    seen: list[tuple[int, int]] = []
    report = load("products", text, progress=lambda *at: seen.append(at))
    assert _counts(report) == (2_500, 0, 0)
    assert seen == [(1_000, 2_500), (2_000, 2_500), (2_500, 2_500)]
    assert _counts(load("products", text)) == (0, 0, 2_500)
    assert _product(shop_db, "S2499").price_fen == 249_900


@pytest.mark.skipif(not TAOBAO.exists(), reason=f"{TAOBAO.name} is not on this machine")
def test_a_real_catalogue_of_daily_snapshots(shop_db: Database) -> None:
    options = {
        "mapping": {"sku": "id", "title": "title", "price": "price", "brand": "店名"},
        "constants": {"category": "美妆", "stock": 100},
    }
    begun = time.perf_counter()
    first = import_file(shop_db, "products", TAOBAO, **options)  # type: ignore[arg-type]
    assert time.perf_counter() - begun < 30
    assert (first.rows, first.created, first.errors) == (27_598, 3_497, ())
    assert first.loaded == first.created + first.updated + first.unchanged == 27_598
    assert first.unknown_columns == ("update_time", "sale_count", "comment_count")
    again = import_file(shop_db, "products", TAOBAO, **options)  # type: ignore[arg-type]
    assert _counts(again) == (0, 0, 27_598)
