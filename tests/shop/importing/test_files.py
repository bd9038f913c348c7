from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shop import catalogue, orders
from shop.database import Database
from shop.importing import ImportRefused, ImportReport, RowError, import_file, limits

Load = Callable[..., ImportReport]
HEADER = "sku,title,price\n"


def _titles(shop: Database) -> dict[str, str]:
    with shop.read() as session:
        return {p.sku: p.title for p in catalogue.all_products(session)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings_are_found_out(load: Load, shop_db: Database, encoding: str) -> None:
    assert load("products", f"{HEADER}A,补水面霜,99\n".encode(encoding)).created == 1
    assert _titles(shop_db) == {"A": "补水面霜"}


def test_an_unreadable_encoding_is_refused(load: Load) -> None:
    with pytest.raises(ImportRefused, match="编码"):
        load("products", HEADER.encode() + b"A,\xff\xff\xff,99\n")


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiters_and_line_ends_are_found_out(
    load: Load, shop_db: Database, mark: str, end: str
) -> None:
    text = f"sku,title,price{end}A,面霜,99{end}".replace(",", mark)
    assert load("products", text).created == 1
    assert _titles(shop_db) == {"A": "面霜"}


def test_quoted_cells_hold_commas_quotes_and_line_breaks(load: Load, shop_db: Database) -> None:
    report = load("products", f'{HEADER}A,"面霜,""大""\n瓶",99\nB,乳液,x\n')
    assert _titles(shop_db) == {"A": '面霜,"大"\n瓶'}
    # The line as an editor counts it, in spite of the two-line cell before.
    assert [error.line for error in report.errors] == [4]


def test_every_bad_row_is_named_and_the_good_ones_are_loaded(load: Load, shop_db: Database) -> None:
    report = load(
        "products",
        HEADER
        + "A,面霜,99\n"
        + "B,乳液,-5\n"
        + ",精华,1\n"
        + "\n"
        + "D,喷雾\n"
        + "E,口红,9,extra\n"
        + "F,粉底,9,\n"
        + 'G,"眼"影,9\n'
        + "H,,abc\n",
    )
    assert _titles(shop_db) == {"A": "面霜", "F": "粉底"}
    assert (report.rows, report.loaded, report.created) == (8, 2, 2)
    assert report.errors == (
        RowError(3, "price", "金额不能是负数：「-5」"),
        RowError(4, "sku", "不能为空"),
        RowError(6, "", "这一行有 2 列，表头有 3 列"),
        RowError(7, "", "这一行有 4 列，表头有 3 列"),
        RowError(9, "", "第 9 行引号不成对，读不出来"),
        RowError(10, "title", "不能为空"),
        RowError(10, "price", "「abc」不是金额，应写成 99.90 这样"),
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空的"),
        (b"\n\n", "空的"),
        (b"sku,title,price\nA,x\0y,1\n", "第 2 行含有空字符"),
        (b'sku,title,price\nA,x,1\nB,"y,2\nC,z,3\n', "第 3 行起有一个引号没有闭合"),
        (b"sku,title,sku\nA,x,B\n", "列名重复：sku"),
        (b"sku,title\nA,x\n", "缺少必需的列：price"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版"),
        (b"PK\x03\x04nonsense", "打不开"),
    ],
)
def test_files_that_cannot_be_read_are_refused(load: Load, content: bytes, reason: str) -> None:
    with pytest.raises(ImportRefused, match=reason) as refusal:
        load("products", content)
    assert "\n" not in str(refusal.value)


def test_missing_files_folders_and_unknown_kinds_are_refused(
    sqlite_db: Database, tmp_path: Path
) -> None:
    with pytest.raises(ImportRefused, match=r"nope\.csv"):
        import_file(sqlite_db, "products", tmp_path / "nope.csv")
    with pytest.raises(ImportRefused, match="不是文件"):
        import_file(sqlite_db, "products", tmp_path)
    with pytest.raises(ImportRefused, match="size_charts"):
        import_file(sqlite_db, "horoscopes", tmp_path)


def test_limits(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = ",".join(f"c{n}" for n in range(limits.MAX_COLUMNS))
    with pytest.raises(ImportRefused, match="203 列"):
        load("products", f"sku,title,price,{wide}\n")
    report = load("products", f"{HEADER}A,{'长' * (limits.MAX_CELL + 1)},1\nB,短,1\n")
    assert report.errors == (RowError(2, "title", "内容超过 20000 个字"),)
    assert report.created == 1
    # Longer than the csv module itself takes in one cell.
    report = load("products", f"{HEADER}A,{'x' * 200_000},1\nB,短,1\n")
    assert (report.loaded, report.errors[0].line) == (1, 2)
    monkeypatch.setattr("shop.importing.table.MAX_ROWS", 2)
    with pytest.raises(ImportRefused, match="超过 2 行"):
        load("products", f"{HEADER}A,a,1\nB,b,1\nC,c,1\n")
    monkeypatch.setattr("shop.importing.table.MAX_BYTES", 10)
    with pytest.raises(ImportRefused, match="MB"):
        load("products", f"{HEADER}A,a,1\n")


def _workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_gives_what_excel_shows(load: Load, shop_db: Database) -> None:
    content = _workbook(
        [
            ["sku", "title", "price", "stock", "备注"],
            [1001, "面霜", 99.9, 12.0, None],
            ["A2", "乳液", "￥1,299.00", 3, True],
            [None, None, None, None, None],
            ["A3", "精华", 0.1 + 0.2, -1, None],
        ]
    )
    report = load("products", content)
    assert report.errors == (RowError(5, "stock", "「-1」不能是负数"),)
    with shop_db.read() as session:
        found = {p.sku: (p.price_fen, p.stock) for p in catalogue.all_products(session)}
    assert found == {"1001": (9_990, 12), "A2": (129_900, 3)}
    assert load("products", content).unchanged == 2


def test_xlsx_times_and_numbers_that_excel_has_cut(load: Load, shop_db: Database) -> None:
    head = ["order_id", "viewer", "ts", "sku", "paid", "status"]
    when = datetime(2024, 11, 11, 20, 0, 0)
    good = ["o1", "u1", when, "C1", 99.9, "已发货"]
    cut = [6_912_345_678_901_234_567, "u1", when, "C1", 1, "paid"]
    report = load("orders", _workbook([head, good, cut]))
    (error,) = report.errors
    assert error.line == 3
    assert "15 位" in error.reason
    with shop_db.read() as session:
        order = orders.by_id(session, "o1")
    assert order is not None
    assert (order.ts.isoformat(), order.paid_fen) == ("2024-11-11T12:00:00+00:00", 9_990)


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_zip_bombs_are_refused_unopened(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("was opened"))
    with pytest.raises(ImportRefused, match="压缩比"):
        load("products", _zip(sheet=b"0" * (limits.RATIO_FREE + 1)))
    monkeypatch.setattr("shop.importing.workbook.MAX_UNZIPPED", 1_000)
    with pytest.raises(ImportRefused, match="太大"):
        load("products", _zip(sheet=bytes(range(256)) * 8))
    monkeypatch.setattr("shop.importing.workbook.MAX_UNZIPPED", 2**30)
    with pytest.raises(ImportRefused, match="太大"):
        load("products", _zip(**{f"m{n}": b"" for n in range(limits.MAX_ZIP_MEMBERS + 1)}))


def test_a_zip_that_is_no_workbook_is_refused(load: Load) -> None:
    with pytest.raises(ImportRefused, match="打不开"):
        load("products", _zip(readme=b"hello"))


def _with_sheet(workbook: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with the XML of its first sheet changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name.endswith("sheet1.xml") else data)
    return out.getvalue()


def test_a_sheet_is_read_whole_whatever_size_it_claims(load: Load) -> None:
    honest = _workbook([["sku", "title", "price"], ["A", "a", 1], ["B", "b", 2]])
    lying = _with_sheet(honest, lambda xml: xml.replace(b'ref="A1:C3"', b'ref="A1:A1"'))
    assert lying != honest
    assert load("products", lying).created == 2


def test_entities_in_a_workbook_do_not_explode(load: Load) -> None:
    steps = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = (
        f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 50}">{steps}]><worksheet><sheetData><row>'
        '<c t="inlineStr"><is><t>&e8;</t></is></c></row></sheetData></worksheet>'
    )
    workbook = _workbook([["sku", "title", "price"], ["A", "a", 1]])
    with pytest.raises(ImportRefused):
        load("products", _with_sheet(workbook, lambda _: bomb.encode()))
