"""/console/api/faq: the FAQ, live with each saving; checks and suggestions while typing."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from shop import exporting, faq, faq_editing, inbox
from shop.database import Database
from shop.faq import FaqEntry
from shop.faq_draft import MAX_ANSWER
from shop.importing import ImportReport, import_file
from web import fields
from web.keys import CONFIG, DATABASE, GATEWAY
from web.learning import checks, drafts
from web.learning.keys import BOOK, VECTORS
from web.owner import require_owner
from web.payload import json_object
from web.rooms import wording
from web.transactions import reading
from web.words.trying import said

PAGE, LARGEST_PAGE = 30, 200
SHOWN_PROBLEMS = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Export = Callable[[Session], bytes]
EXPORTS: dict[str, tuple[Export, str]] = {
    "csv": (exporting.faq_csv, "text/csv; charset=utf-8"),
    "xlsx": (exporting.faq_xlsx, XLSX),
}


async def get_faqs(request: web.Request) -> web.Response:
    """?q=&offset=&limit=: entries that hold these words, newest edited first."""
    require_owner(request)
    offset, limit = (
        fields.query_number(request, "offset", 0),
        fields.query_number(request, "limit", PAGE),
    )
    words = request.query.get("q", "")[:200]

    def find(session: Session) -> faq.FaqPage:
        return faq.search(session, words, min(limit, LARGEST_PAGE), offset)

    page = await reading(request.app, find)
    entries = [drafts.faq_json(entry) for entry in page.entries]
    return web.json_response({"entries": entries, "total": page.total})


async def get_faq(request: web.Request) -> web.Response:
    """One entry with its version."""
    require_owner(request)
    faq_id = request.match_info["faq_id"]
    entry = await reading(request.app, lambda session: faq.get(session, faq_id))
    return web.json_response(drafts.faq_json(entry))


async def post_faq(request: web.Request) -> web.Response:
    """A new entry."""
    require_owner(request)
    draft = drafts.faq_draft(await json_object(request))
    entry = await request.app[BOOK].change(lambda session: faq_editing.create(session, draft))
    return web.json_response(drafts.faq_json(entry), status=201)


async def put_faq(request: web.Request) -> web.Response:
    """An entry changed; with "pks", questions of the inbox that this puts right."""
    require_owner(request)
    body = await json_object(request)
    draft, version = drafts.faq_draft(body), fields.version(body)
    pks = fields.numbers(body, "pks") if body.get("pks") else ()
    faq_id = request.match_info["faq_id"]

    def save(session: Session) -> FaqEntry:
        entry = faq_editing.edit(session, faq_id, draft, version)
        inbox.close(session, pks, inbox.EDITED, faq_id)
        return entry

    return web.json_response(drafts.faq_json(await request.app[BOOK].change(save)))


async def delete_faq(request: web.Request) -> web.Response:
    """Forget an entry; ?version= is the one on the page."""
    require_owner(request)
    version = fields.query_number(request, "version")
    faq_id = request.match_info["faq_id"]
    await request.app[BOOK].change(lambda session: faq_editing.remove(session, faq_id, version))
    return web.json_response({"deleted": faq_id})


async def post_check(request: web.Request) -> web.Response:
    """{"phrases", "faq_id"?, "answer"?} → what each would be taken for without this entry, and
    what the advertising law makes of the answer.
    """
    require_owner(request)
    body = await json_object(request)
    phrases = [phrase for phrase in fields.texts(body, "phrases") if phrase.strip()]
    app = request.app
    found = await checks.conflicts(
        app[GATEWAY],
        await app[BOOK].index(),
        app[VECTORS],
        phrases,
        fields.text(body, "faq_id", "") or None,
    )
    left = max(0, len(phrases) - checks.MOST_PHRASES)
    answer = fields.text(body, "answer", "")[:MAX_ANSWER]
    told = {"conflicts": found, "unchecked": left, "wording": said(answer, wording.current().book)}
    return web.json_response(told)


async def post_suggest(request: web.Request) -> web.Response:
    """{"phrases"} → real comments that mean the same and are in no FAQ yet."""
    require_owner(request)
    body = await json_object(request)
    phrases = [phrase for phrase in fields.texts(body, "phrases") if phrase.strip()]
    app = request.app
    index = await app[BOOK].index()
    found = await asyncio.to_thread(
        checks.suggestions, app[DATABASE], index, app[VECTORS], phrases[: checks.MOST_PHRASES]
    )
    return web.json_response({"suggestions": found})


async def get_export(request: web.Request) -> web.Response:
    """?format=csv|xlsx: the whole FAQ in the import's own format."""
    require_owner(request)
    name = request.query.get("format", "xlsx")
    if name not in EXPORTS:
        raise fields.bad("format", "只能是 csv 或 xlsx")
    make, kind = EXPORTS[name]
    headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="faq.{name}"'}
    return web.Response(body=await reading(request.app, make), headers=headers)


async def post_import(request: web.Request) -> web.Response:
    """A CSV or XLSX as the body, ?name= its file name: good rows are live, bad ones reported."""
    require_owner(request)
    suffix = Path(request.query.get("name", "")).suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise fields.bad("name", "只能导入 .csv 或 .xlsx 文件")
    raw = await request.read()
    if not raw:
        raise fields.bad("file", "文件是空的")
    app = request.app
    key = app[CONFIG].secrets.viewer_key
    report = await asyncio.to_thread(_import, app[DATABASE], raw, suffix, key)
    await app[BOOK].publish()
    return web.json_response(_told(report))


def _import(database: Database, raw: bytes, suffix: str, viewer_key: str) -> ImportReport:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"faq{suffix}"
        path.write_bytes(raw)
        return import_file(database, "faq", path, viewer_key=viewer_key)


def _told(report: ImportReport) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "refused": len(report.errors),
        "problems": [
            {"line": error.line, "column": error.column, "reason": error.reason}
            for error in report.errors[:SHOWN_PROBLEMS]
        ],
    }
