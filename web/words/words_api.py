"""/console/api/words: the owner's words, in force before the answer; a sentence tried out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from shop import words
from shop.advertising_law import RULES
from shop.word_draft import WordDraft
from shop.words import Word
from web import fields
from web.owner import require_owner
from web.payload import json_object, row_number
from web.rooms import wording
from web.rooms.moderation.words import ABUSE, ADVERT, CONTACT
from web.transactions import reading, writing
from web.words.following import FOLLOWER
from web.words.trying import tried

logger = logging.getLogger(__name__)
T = TypeVar("T")
# As long as the longest answer that an FAQ may have.
LONGEST_TRIED = 2_000


async def get_words(request: web.Request) -> web.Response:
    """The owner's words, and how many are shipped."""
    require_owner(request)
    found = await reading(request.app, words.all_words)
    counts = {"abuse": len(ABUSE), "advert": len(ADVERT), "contact": len(CONTACT)}
    shipped = counts | {"forbidden": len(RULES)}
    return web.json_response({"words": [word_json(word) for word in found], "shipped": shipped})


async def post_word(request: web.Request) -> web.Response:
    """A new one."""
    require_owner(request)
    draft = _draft(await json_object(request))
    made = await _write(request, lambda session: words.create(session, draft))
    return web.json_response(word_json(made), status=201)


async def put_word(request: web.Request) -> web.Response:
    """One changed; "version" is the one on the page."""
    require_owner(request)
    body = await json_object(request)
    draft, version, pk = _draft(body), fields.version(body), row_number(request, words.UnknownWord)
    saved = await _write(request, lambda session: words.edit(session, pk, draft, version))
    return web.json_response(word_json(saved))


async def delete_word(request: web.Request) -> web.Response:
    """{"version"}: one removed."""
    require_owner(request)
    version, pk = fields.version(await json_object(request)), row_number(request, words.UnknownWord)
    await _write(request, lambda session: words.remove(session, pk, version))
    return web.json_response({"deleted": pk})


async def post_check(request: web.Request) -> web.Response:
    """{"text"} → what becomes of it as a comment, and as an answer of the shop."""
    require_owner(request)
    text = fields.text(await json_object(request), "text")
    if len(text) > LONGEST_TRIED:
        raise fields.bad("text", f"最多 {LONGEST_TRIED} 个字")
    return web.json_response(tried(text, wording.current()))


def word_json(word: Word) -> dict[str, Any]:
    """A word for the page."""
    return {
        "pk": word.pk,
        "kind": word.kind,
        "word": word.word,
        "replacement": word.replacement,
        "sounds": word.sounds,
        "enabled": word.enabled,
        "note": word.note,
        "version": word.version,
        "updated_at": word.updated_at.isoformat(),
    }


def _draft(body: fields.Body) -> WordDraft:
    return WordDraft(
        kind=fields.text(body, "kind", ""),
        word=fields.text(body, "word", ""),
        replacement=fields.text(body, "replacement", ""),
        sounds=fields.flag(body, "sounds", default=False),
        enabled=fields.flag(body, "enabled", default=True),
        note=fields.text(body, "note", ""),
    )


async def _write(request: web.Request, work: Callable[[Session], T]) -> T:
    result = await writing(request.app, work)
    try:
        await request.app[FOLLOWER].refresh()
    except Exception:
        # It is stored, and the next glance takes it up.
        logger.exception("the words are stored but not in force yet")
    return result
