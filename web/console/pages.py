"""The console's pages: enter by the printed link, see the room live, leave."""

from __future__ import annotations

from aiohttp import web

from shop import rooms as shop_rooms
from web.door import COOKIE_LIFETIME, LinkRefused
from web.keys import CONFIG, DOOR
from web.owner import COOKIE, require_owner
from web.owner_page import owner_page, page
from web.transactions import reading

_PATH = "/"  # the room's API and sockets need the cookie too


async def redirect_home(request: web.Request) -> web.Response:
    """/console → /console/."""
    return web.Response(status=302, headers={"Location": "/console/"})


async def home(request: web.Request) -> web.FileResponse:
    """The room, live."""
    return owner_page(request, "console/console.html")


async def enter(request: web.Request) -> web.FileResponse:
    """Use a one-time link: set the owner's cookie and go on to the console."""
    try:
        cookie = request.app[DOOR].enter(request.query.get("token", ""))
    except LinkRefused:
        return page("console/signin.html", status=401)
    # A page that goes on by itself, not a redirect: after a click in a mail or chat, a redirect
    # still counts as that site's navigation, and the browser would hold the cookie back.
    response = page("console/entered.html")
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(COOKIE_LIFETIME.total_seconds()),
        path=_PATH,
        httponly=True,
        samesite="Strict",
        secure=_over_tls(request),
    )
    return response


async def logout(request: web.Request) -> web.Response:
    """Sign out every browser of the owner."""
    require_owner(request)
    request.app[DOOR].leave()
    response = web.json_response({"signed_out": True})
    response.del_cookie(COOKIE, path=_PATH)
    return response


async def rooms(request: web.Request) -> web.Response:
    """The rooms that the console can show."""
    require_owner(request)
    return web.json_response({"rooms": await reading(request.app, shop_rooms.rooms)})


def _over_tls(request: web.Request) -> bool:
    public = request.app[CONFIG].settings.public_url
    return request.secure or public.startswith("https://")
