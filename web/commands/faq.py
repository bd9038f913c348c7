"""`boxiaoer faq` and `export faq`: the FAQ from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from shop import exporting, faq, faq_editing
from shop.faq_draft import FaqDraft
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation
from web.jobs import publish

LISTED = 50
EXPORTS = {".csv": exporting.faq_csv, ".xlsx": exporting.faq_xlsx}


def faq_arguments(parser: argparse.ArgumentParser) -> None:
    """list [WORDS], add QUESTION ANSWER, edit ID, delete ID."""
    todo = parser.add_subparsers(dest="todo", required=True, metavar="list|add|edit|delete")
    listing = todo.add_parser("list", help="entries that hold the words")
    listing.add_argument("words", nargs="?", default="")
    adding = todo.add_parser("add", help="a new entry, live at once")
    adding.add_argument("question")
    adding.add_argument("answer")
    adding.add_argument("--similar", nargs="+", default=[], metavar="TEXT")
    adding.add_argument("--sku", default=None)
    editing = todo.add_parser("edit", help="change an entry, at once; what is not given stays")
    editing.add_argument("faq_id")
    editing.add_argument("--question")
    editing.add_argument("--answer")
    editing.add_argument("--similar", nargs="*", metavar="TEXT", help="in place of those there")
    deleting = todo.add_parser("delete", help="forget an entry, at once")
    deleting.add_argument("faq_id")


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """faq FILE."""
    parser.add_argument("kind", choices=["faq"])
    parser.add_argument("file", type=Path, metavar="FILE.csv|FILE.xlsx")


def run_faq(parsed: argparse.Namespace) -> int:
    """List, add, edit or delete."""
    todo = {"list": _list, "add": _add, "edit": _edit, "delete": _delete}
    with installation() as here:
        todo[parsed.todo](here, parsed)
    return 0


def run_export(parsed: argparse.Namespace) -> int:
    """Write the FAQ in the import's own format."""
    make = EXPORTS.get(parsed.file.suffix.lower())
    if make is None:
        raise CommandFailed(f"{parsed.file.name}: the file must end in .csv or .xlsx")
    with installation() as here, here.database.read() as session:
        content = make(session)
    try:
        parsed.file.write_bytes(content)
    except OSError as error:
        raise CommandFailed(f"{parsed.file}: {error.strerror}") from error
    print(f"written to {parsed.file}")
    return 0


def _list(here: Installation, parsed: argparse.Namespace) -> None:
    with here.database.read() as session:
        page = faq.search(session, parsed.words, LISTED)
    for entry in page.entries:
        print(f"{entry.faq_id}  {entry.question}  →  {entry.answer[:40]}")
    print(f"{page.total} entries")


def _add(here: Installation, parsed: argparse.Namespace) -> None:
    draft = FaqDraft(parsed.question, parsed.answer, tuple(parsed.similar), parsed.sku)
    with here.database.begin() as session:
        entry = faq_editing.create(session, draft)
    publish.publish(here.database, here.settings.var)
    print(f"{entry.faq_id} is live")


def _edit(here: Installation, parsed: argparse.Namespace) -> None:
    with here.database.begin() as session:
        entry = faq.get(session, parsed.faq_id)
        kept = FaqDraft(
            question=parsed.question or entry.question,
            answer=parsed.answer or entry.answer,
            similar=entry.similar if parsed.similar is None else tuple(parsed.similar),
            sku=entry.sku,
            category=entry.category,
            valid_from=entry.valid_from,
            valid_to=entry.valid_to,
        )
        faq_editing.edit(session, entry.faq_id, kept, entry.version)
    publish.publish(here.database, here.settings.var)
    print(f"{parsed.faq_id} is changed")


def _delete(here: Installation, parsed: argparse.Namespace) -> None:
    with here.database.begin() as session:
        faq.delete(session, parsed.faq_id)
    publish.publish(here.database, here.settings.var)
    print(f"{parsed.faq_id} is deleted")
