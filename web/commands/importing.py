"""`boxiaoer import KIND FILE`: load an owner's table, and say what was wrong in it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from shop.importing import ImportReport, import_file
from shop.viewers import LIVE
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation
from web.jobs import fit, publish
from web.jobs.child import JobFailed

# what a person types: what the importer calls it
KINDS = {
    "catalog": "products",
    "products": "products",
    "variants": "variants",
    "sizes": "size_charts",
    "faq": "faq",
    "orders": "orders",
    "events": "events",
}
SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """KIND, FILE and the column mapping."""
    parser.add_argument("kind", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or XLSX, UTF-8 or GBK")
    parser.add_argument(
        "--map",
        nargs="+",
        default=[],
        metavar="COLUMN=THEIRS",
        help="our column = the file's, e.g. --map sku=id brand=店名",
    )
    parser.add_argument(
        "--set",
        nargs="+",
        default=[],
        metavar="COLUMN=VALUE",
        help="a value for every row, e.g. --set category=美妆 stock=100",
    )
    parser.add_argument("--channel", default=LIVE, help="where the viewers' ids come from")


def run(parsed: argparse.Namespace) -> int:
    """Import, print the report; 1 when rows were refused."""
    with installation() as here:
        report = import_file(
            here.database,
            KINDS[parsed.kind],
            parsed.file,
            mapping=pairs(parsed.map),
            constants=pairs(parsed.set),
            viewer_key=here.secrets.viewer_key,
            channel=parsed.channel,
        )
        print(describe(report))
        _refresh(here)
    return 1 if report.errors else 0


def pairs(words: Sequence[str]) -> dict[str, str]:
    """`["sku=id"]` as a mapping. Raises CommandFailed for a word without "="."""
    for word in words:
        if not word.partition("=")[1]:
            raise CommandFailed(f"{word!r} should look like column=value")
    return {left: right for left, _, right in (word.partition("=") for word in words)}


def describe(report: ImportReport) -> str:
    """The report in lines: totals, unknown columns, the first refused rows."""
    lines = [
        f"{report.kind}: {report.rows} rows, {report.loaded} loaded "
        f"({report.created} new, {report.updated} changed, {report.unchanged} unchanged), "
        f"{len(report.errors)} refused"
    ]
    if report.unknown_columns:
        lines.append(f"other columns: {', '.join(report.unknown_columns)}")
    for error in report.errors[:SHOWN]:
        column = f" {error.column}" if error.column else ""
        lines.append(f"  line {error.line}{column}: {error.reason}")
    if len(report.errors) > SHOWN:
        lines.append(f"  … and {len(report.errors) - SHOWN} more")
    return "\n".join(lines)


def _refresh(here: Installation) -> None:
    """The running assistant takes up new names, FAQs and recommendations by itself."""
    publish.publish(here.database, here.settings.var)
    try:
        for line in fit.fit(here.database, here.settings.var, if_needed=True):
            print(line)
    except JobFailed as error:
        print(error, file=sys.stderr)  # the file is imported all the same
