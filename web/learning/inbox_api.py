"""/console/api/inbox: what was not answered well, and the three things to do about it."""

from __future__ import annotations

import asyncio

from aiohttp import web
from sqlalchemy.orm import Session

from shop import faq_editing, inbox
from shop.faq import FaqEntry
from shop.faq_draft import MAX_QUESTION
from web import fields
from web.keys import DATABASE
from web.learning import drafts, inbox_view
from web.learning.keys import BOOK, VECTORS
from web.owner import require_owner
from web.payload import json_object
from web.transactions import writing


async def get_inbox(request: web.Request) -> web.Response:
    """Open questions in groups."""
    require_owner(request)
    app = request.app
    index = await app[BOOK].index()
    read = await asyncio.to_thread(inbox_view.read, app[DATABASE], index, app[VECTORS])
    return web.json_response({"groups": read.groups, "open": read.open})


async def post_answer(request: web.Request) -> web.Response:
    """A new FAQ entry from questions of the inbox, which it closes."""
    require_owner(request)
    body = await json_object(request)
    pks, draft = fields.numbers(body, "pks"), drafts.faq_draft(body)

    def save(session: Session) -> FaqEntry:
        entry = faq_editing.create(session, draft)
        inbox.learn(session, pks, inbox.NEW_FAQ, entry, (draft.question, *draft.similar))
        return entry

    entry = await request.app[BOOK].change(save)
    return web.json_response(drafts.faq_json(entry), status=201)


async def post_join(request: web.Request) -> web.Response:
    """Questions of the inbox as further phrasings of an entry that is there."""
    require_owner(request)
    body = await json_object(request)
    pks, phrases = fields.numbers(body, "pks"), fields.texts(body, "phrases")
    faq_id, version = fields.text(body, "faq_id"), fields.version(body)
    short = tuple(phrase for phrase in phrases if len(phrase) <= MAX_QUESTION)

    def save(session: Session) -> FaqEntry:
        entry = faq_editing.add_phrases(session, faq_id, short, version)
        inbox.learn(session, pks, inbox.SIMILAR, entry, short)
        return entry

    return web.json_response(drafts.faq_json(await request.app[BOOK].change(save)))


async def post_ignore(request: web.Request) -> web.Response:
    """Close questions without learning anything."""
    require_owner(request)
    pks = fields.numbers(await json_object(request), "pks")
    closed = await writing(request.app, lambda session: inbox.close(session, pks, inbox.IGNORED))
    return web.json_response({"closed": closed})
