"""The routes of the owner's words, and the follower that keeps them in force."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from shop.words import WordChanged, WordThere
from web import errors
from web.door import NotSignedIn
from web.errors import ApiError
from web.keys import DATABASE
from web.owner import require_owner
from web.page_headers import OWNER_POLICY
from web.rooms import wording
from web.words import words_api
from web.words.following import FOLLOWER, Follower

CHANGED = "这个词刚在别的页面改过，没有覆盖；请看过最新内容再保存"
THERE = "这一类里已经有这个词了"
_STATIC = Path(__file__).parent.parent / "static"


def setup(app: web.Application) -> None:
    """Add the routes; the owner's words are in force before the rooms take up comments."""
    errors.TELLING.update({WordChanged: _changed, WordThere: _there})
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
    """The page of the words; to a stranger, the one that says how to sign in (401)."""
    headers = {"Content-Security-Policy": OWNER_POLICY, "Cache-Control": "no-store"}
    try:
        require_owner(request)
    except NotSignedIn:
        signin = _STATIC / "console" / "signin.html"
        return web.FileResponse(signin, status=401, headers=headers)
    return web.FileResponse(_STATIC / "words" / "words.html", headers=headers)


async def words_context(app: web.Application) -> AsyncIterator[None]:
    """Follow the words while the application runs; afterwards only the shipped ones hold."""
    await app[FOLLOWER].refresh()
    following = asyncio.create_task(app[FOLLOWER].run())
    yield
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following
    wording.use(wording.Wording())


def _changed(error: WordChanged) -> ApiError:
    current = words_api.word_json(error.current)
    return ApiError(409, "changed_meanwhile", CHANGED, current=current)


def _there(error: WordThere) -> ApiError:
    return ApiError(409, "word_there", THERE, current=words_api.word_json(error.current))
