from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop import catalogue, exporting, faq
from shop.catalogue import Product
from shop.database import Database
from shop.faq import FaqEntry
from shop.faq_draft import MAX_PHRASES, MAX_QUESTION, FaqDraft
from shop.importing import RowError, import_file

HEADER = "faq_id,question,similar_questions,answer,sku,category,valid_from,valid_to"
SKUS = ("C1", "=C2", "007")

Export = Callable[[Database], bytes]


def _csv(shop: Database) -> bytes:
    with shop.read() as session:
        return exporting.faq_csv(session)


def _xlsx(shop: Database) -> bytes:
    with shop.read() as session:
        return exporting.faq_xlsx(session)


FORMATS = pytest.mark.parametrize("export", [_csv, _xlsx])


@pytest.fixture
def stocked(shop_db: Database, cream: Callable[..., Product]) -> Database:
    with shop_db.begin() as session:
        catalogue.upsert_many(session, [cream(sku=sku) for sku in SKUS])
    return shop_db


def _entries(shop: Database) -> list[FaqEntry]:
    with shop.read() as session:
        return faq.all_entries(session)


def _replace_all(shop: Database, entries: list[FaqEntry]) -> None:
    with shop.begin() as session:
        for entry in faq.all_entries(session):
            faq.delete(session, entry.faq_id)
        faq.upsert_many(session, entries)


def _there_and_back(shop: Database, export: Export, folder: Path) -> list[FaqEntry]:
    path = folder / "faq"
    path.write_bytes(export(shop))
    _replace_all(shop, [])
    report = import_file(shop, "faq", path)
    assert report.errors == ()
    assert report.unknown_columns == ()
    return _entries(shop)


def _nasty(longest: int) -> st.SearchStrategy[str]:
    marks = st.sampled_from(
        [*"=+-@'\"\\|｜,;\t\r\n _x猫0", "_x000D_", "\r\n", "x005F_", "#N/A", "1e5"]
    )
    odd = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
    pieces = st.lists(st.one_of(marks, odd), min_size=1, max_size=12)
    return pieces.map(lambda some: "".join(some)[:longest])


TURN = datetime(2024, 11, 11, 12)
BEFORE = st.none() | st.datetimes(datetime(2, 1, 1), TURN, timezones=st.just(UTC))
AFTER = st.none() | st.datetimes(TURN + timedelta(microseconds=1), timezones=st.just(UTC))


@st.composite
def _entry(draw: st.DrawFn, faq_id: str) -> FaqEntry:
    draft = FaqDraft(
        draw(_nasty(200)) + "问",
        "答" + draw(_nasty(200)),
        tuple(draw(st.lists(_nasty(200), max_size=6))),
        draw(st.sampled_from([None, *SKUS])),
        draw(st.one_of(st.just(""), _nasty(50))),
        draw(BEFORE),
        draw(AFTER),
    )
    return draft.checked().entry(faq_id)


IDS = ("q-1", "-1", "@x", "'=1", "007", "F|1", "1.50", "猫")


@FORMATS
@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.tuples(*map(_entry, IDS)))
def test_whatever_was_exported_is_imported_the_same(
    stocked: Database, tmp_path: Path, export: Export, entries: tuple[FaqEntry, ...]
) -> None:
    _replace_all(stocked, list(entries))
    before = _entries(stocked)
    assert _there_and_back(stocked, export, tmp_path) == before


@FORMATS
def test_times_come_back_to_the_microsecond(
    stocked: Database, tmp_path: Path, export: Export
) -> None:
    dates = [
        (None, datetime(2024, 11, 11, 15, 59, 59, 999_999, UTC)),
        (datetime(2024, 10, 31, 16, tzinfo=UTC), datetime.max.replace(tzinfo=UTC)),
        (datetime(2, 1, 1, tzinfo=UTC), datetime(2024, 11, 11, tzinfo=UTC) + timedelta(minutes=1)),
    ]
    before = [FaqEntry(f"F{n}", "问", (), "答", None, "", *at) for n, at in enumerate(dates)]
    _replace_all(stocked, before)
    assert _there_and_back(stocked, export, tmp_path) == before


@FORMATS
def test_importing_an_export_over_itself_changes_nothing(
    stocked: Database, tmp_path: Path, export: Export
) -> None:
    _replace_all(stocked, [FaqEntry("F1", "=问", ("一|二", "三\\"), "'+答", "=C2")])
    path = tmp_path / "faq"
    path.write_bytes(export(stocked))
    report = import_file(stocked, "faq", path)
    assert (report.rows, report.unchanged) == (1, 1)
    assert [entry.version for entry in _entries(stocked)] == [1]


def test_csv_has_the_header_of_the_import_and_no_formula(stocked: Database) -> None:
    _replace_all(
        stocked,
        [
            FaqEntry("=F1", "+问", ("-一", "二|三"), "@答\t", "=C2", "\t类"),
            FaqEntry("F2", "'问", (), "\r答"),
        ],
    )
    data = _csv(stocked)
    assert data.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert ",".join(header) == HEADER
    assert rows == [
        ["'=F1", "'+问", "'-一|二\\|三", "'@答\t", "'=C2", "'\t类", "", ""],
        ["F2", "'问", "", "'\r答", "", "", "", ""],
    ]


def test_xlsx_has_the_header_of_the_import_and_only_text(stocked: Database) -> None:
    _replace_all(stocked, [FaqEntry("007", "=1+1", ("-一",), "#N/A", "=C2")])
    sheet = openpyxl.load_workbook(io.BytesIO(_xlsx(stocked))).worksheets[0]
    header, row = sheet.iter_rows()
    assert ",".join(cell.value for cell in header) == HEADER
    assert [cell.value for cell in row[:5]] == ["007", "=1+1", "-一", "#N/A", "=C2"]
    assert {cell.data_type for cell in row[:5]} == {"s"}
    assert {cell.number_format for cell in row[:5]} == {"@"}


def test_the_largest_entry_goes_into_csv_and_is_refused_by_name_for_xlsx(
    stocked: Database, tmp_path: Path
) -> None:
    phrases = tuple(f"{n:03}".ljust(MAX_QUESTION, "|") for n in range(MAX_PHRASES))
    entry = FaqDraft("问", "答", phrases).checked().entry("F1")
    _replace_all(stocked, [entry])
    with pytest.raises(exporting.ExportRefused, match="F1"):
        _xlsx(stocked)
    assert _there_and_back(stocked, _csv, tmp_path) == [entry]


def test_bad_rows_keep_their_lines_behind_cells_of_several_lines(
    stocked: Database, tmp_path: Path
) -> None:
    _replace_all(
        stocked,
        [FaqEntry("F1", "问", ("一\n二", "三"), "答\r\n答"), FaqEntry("F2", "问", (), "答")],
    )
    path = tmp_path / "faq.csv"
    path.write_bytes(_csv(stocked) + "F3,,,答,,,,\r\nF4,问,,答,C9,,,\r\n".encode())
    report = import_file(stocked, "faq", path)
    assert report.unchanged == 2
    assert report.errors == (
        RowError(6, "question", "不能为空"),
        RowError(7, "sku", "商品 C9 不在商品表里，请先导入商品"),
    )


def test_only_a_list_of_similar_questions_may_be_that_long(
    stocked: Database, tmp_path: Path
) -> None:
    path = tmp_path / "faq.csv"
    rows = [f"F1,问,{'长' * 20_001},答", f"F2,问,,{'长' * 20_001}", f"F3,问,{'长' * 100_001},答"]
    path.write_text("\n".join(["faq_id,question,similar_questions,answer", *rows]), "utf-8")
    report = import_file(stocked, "faq", path)
    assert report.created == 1
    assert report.errors == (
        RowError(3, "answer", "内容超过 20000 个字"),
        RowError(4, "similar_questions", "内容超过 100000 个字"),
    )
    path.write_text(f"sku,title,price,产地\nP1,霜,1,{'长' * 20_001}\nP2,霜,1,杭州\n", "utf-8")
    report = import_file(stocked, "products", path)
    assert (report.created, report.errors) == (1, (RowError(2, "产地", "内容超过 20000 个字"),))
