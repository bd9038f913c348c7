"""The routes of the owner's words, and the follower that keeps them in force."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from shop.words import WordChanged, WordThere
from web import errors
from web.errors import ApiError
from web.keys import DATABASE
from web.owner_page import owner_page
from web.rooms import wording
from web.words import words_api
from web.words.following import FOLLOWER, Follower

CHANGED = "这个词刚在别的页面改过，没有覆盖；请看过最新内容再保存"
THERE = "这一类里已经有这个词了"


def setup(app: web.Application) -> None:
    """Add the routes; the owner's words are in force before the rooms take up comments."""
    changed = errors.changed_meanwhile(words_api.word_json, CHANGED)
    errors.TELLING.update({WordChanged: changed, WordThere: _there})
    app[FOLLOWER] = Follower(app[DATABASE])
    app.cleanup_ctx.append(words_context)
    add = app.router
    add.add_get("/console/words", page)
    add.add_get("/console/api/words", words_api.get_words)
    add.add_post("/console/api/words", words_api.post_word)
    add.add_post("/console/api/words/check", words_api.post_check)
    add.add_put(r"/console/api/words/{pk:\d+}", words_api.put_word)
    add.add_delete(r"/console/api/words/{pk:\d+}", words_api.delete_word)


async def page(request: web.Request) -> web.FileResponse:
    """The page of the words."""
    return owner_page(request, "words/words.html")


async def words_context(app: web.Application) -> AsyncIterator[None]:
    """Follow the words while the application runs; afterwards only the shipped ones hold."""
    await app[FOLLOWER].refresh()
    following = asyncio.create_task(app[FOLLOWER].run())
    yield
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    wording.use(wording.Wording())


def _there(error: WordThere) -> ApiError:
    return ApiError(409, "word_there", THERE, current=words_api.word_json(error.current))
