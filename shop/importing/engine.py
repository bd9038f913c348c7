"""One import: read, match, parse every row, then store in batches that writers can get between."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from shop import catalogue
from shop.bulk import chunks
from shop.database import Database
from shop.importing import delimited, workbook
from shop.importing.events import Events
from shop.importing.faqs import Faqs
from shop.importing.kind import Audience, Key, Kind
from shop.importing.orders import Orders
from shop.importing.plan import Plan, make_plan
from shop.importing.products import Products
from shop.importing.report import ImportRefused, ImportReport, RowError
from shop.importing.size_charts import SizeCharts
from shop.importing.table import Table, check_file
from shop.importing.variants import Variants
from shop.viewers import LIVE

KINDS: dict[str, type[Kind[Any]]] = {
    "products": Products,
    "variants": Variants,
    "size_charts": SizeCharts,
    "faq": Faqs,
    "orders": Orders,
    "events": Events,
}
# Records a transaction: a live room's comments wait for no more than one batch.
BATCH = 1000

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


@dataclass(slots=True)
class _Parsed:
    """The good rows by record, in file order, and what was wrong with the others."""

    rows: int = 0
    records: dict[Key, list[tuple[int, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    errors: list[RowError] = field(default_factory=list)


def import_file(
    database: Database,
    kind: str,
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, object] | None = None,
    viewer_key: str = "",
    channel: str = LIVE,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Import one CSV or XLSX file of a kind in KINDS.

    `mapping` is column of the kind → column of the file; `constants` fill columns that the file
    lacks, and blank cells; `progress` is told how many records are done, and of how many. Good
    rows are stored, every bad one is in the report. Raises ImportRefused, one line for the owner,
    when the file cannot be read at all.
    """
    if kind not in KINDS:
        raise ImportRefused(f"不认识的导入种类 {kind}，可选：{'、'.join(KINDS)}")
    importer = KINDS[kind](Audience(viewer_key, channel))
    if "viewer" in importer.columns and not viewer_key:
        raise ImportRefused("没有观众密钥（viewer_key），不能导入带观众编号的文件")
    table = open_table(Path(path))
    plan = make_plan(importer, table.columns, mapping or {}, constants or {})
    parsed = _parse(importer, plan, table)
    if importer.needs_product:
        _drop_unknown_products(database, plan, parsed)
    tally = _store(database, importer, parsed, progress or (lambda done, total: None))
    return ImportReport(
        kind,
        parsed.rows,
        tally.total(),
        tally["created"],
        tally["updated"],
        tally["unchanged"],
        tuple(sorted(parsed.errors, key=lambda error: error.line)),
        plan.unknown,
    )


def open_table(path: Path) -> Table:
    """The file's records, by what it is rather than by its name."""
    check_file(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise ImportRefused(f"打不开文件 {path.name}：{error.strerror}") from error
    if start == _OLD_EXCEL:
        raise ImportRefused("这是旧版（.xls）或加密的 Excel，请另存为 .xlsx 再导入")
    return workbook.read(path) if start == _ZIP else delimited.read(path)


def _parse(importer: Kind[Any], plan: Plan, table: Table) -> _Parsed:
    parsed = _Parsed()
    for line, row in table.rows():
        parsed.rows += 1
        read = [row] if isinstance(row, RowError) else plan.values(line, row)
        if isinstance(read, list):
            parsed.errors += read
        elif fault := importer.check(line, read):
            parsed.errors.append(RowError(line, *fault))
        else:
            parsed.records[importer.key(read)].append((line, read))
    return parsed


def _drop_unknown_products(database: Database, plan: Plan, parsed: _Parsed) -> None:
    wanted = {row["sku"] for rows in parsed.records.values() for _, row in rows if row.get("sku")}
    with database.read() as session:
        missing = wanted - catalogue.many(session, wanted).keys()
    for key, rows in list(parsed.records.items()):
        bad = [(line, row["sku"]) for line, row in rows if row.get("sku") in missing]
        reason = "商品 {} 不在商品表里，请先导入商品"
        column = plan.sources.get("sku", "sku")
        parsed.errors += [RowError(line, column, reason.format(sku)) for line, sku in bad]
        if bad:
            lines = {line for line, _ in bad}
            parsed.records[key] = [pair for pair in rows if pair[0] not in lines]


def _store(
    database: Database,
    importer: Kind[Any],
    parsed: _Parsed,
    progress: Callable[[int, int], None],
) -> Counter[str]:
    tally: Counter[str] = Counter()
    done = 0
    for part in chunks(parsed.records.items(), BATCH):
        with database.begin() as session:
            stored = importer.load(session, [key for key, _ in part])
            changed: dict[Key, Any] = {}
            for key, rows in part:
                before = stored.get(key)
                states = importer.whole(before, [values for _, values in rows])
                if states and states[-1] != before:
                    changed[key] = states[-1]
                tally.update(_changes(before, states, parts=importer.parts))
            if changed:
                importer.save(session, changed)
        done += len(part)
        progress(done, len(parsed.records))
    return tally


def _changes(before: Any, states: list[Any], *, parts: bool) -> list[str]:
    """What each row of a record counts as (see ImportReport)."""
    if not states or states[-1] == before:
        return ["unchanged"] * len(states)
    first = "created" if before is None else "updated"
    if parts:
        return [first] * len(states)
    # The first row counts as the change even if only a later one of them made it.
    pairs = pairwise(states)
    return [first, *("updated" if old != new else "unchanged" for old, new in pairs)]
