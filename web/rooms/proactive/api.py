"""/api/rooms/{room}/proactive: what the room says by itself, as the owner sets it; owner only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from shop import proactive_settings, room_messages, room_scripts, room_variables
from shop.proactive_settings import SCRIPTS
from web import fields
from web.errors import ApiError
from web.owner import require_owner
from web.payload import LARGEST_KEY, json_object, row_number, text_field
from web.rooms.proactive import drafts, rows
from web.rooms.proactive.announcer import Announcer, Preview
from web.rooms.registry import ROOMS
from web.transactions import reading, writing

LOGGED = 60


async def announcer_of(request: web.Request) -> Announcer:
    """The announcer of the room in the path; the owner's only. Raises UnknownRoom, NotSignedIn."""
    require_owner(request)
    engine = await request.app[ROOMS].engine(request.match_info["room"])
    return engine.announcer


async def get_proactive(request: web.Request) -> web.Response:
    """Every kind with its limits, the timed scripts, the show, and what was said and held."""
    announcer, room = await announcer_of(request), request.match_info["room"]

    def read(session: Session) -> dict[str, Any]:
        settings = proactive_settings.read(session, room)
        scripts = room_scripts.of_room(session, room)
        messages = room_messages.newest(session, room, LOGGED)
        return {
            "kinds": [rows.setting_row(setting) for setting in settings.values()],
            "scripts": [rows.script_row(script) for script in scripts],
            "log": [rows.message_row(message) for message in messages],
        }

    told = await reading(request.app, read)
    return web.json_response({"room": room, "show": _show(announcer)} | told)


async def put_kind(request: web.Request) -> web.Response:
    """{"version","on","text"?,"numbers"?}: one kind changed; 409 `changed_meanwhile`."""
    announcer, room = await announcer_of(request), request.match_info["room"]
    body = await json_object(request)
    draft, version = drafts.setting_draft(body), fields.version(body)
    name = request.match_info["kind"]

    def save(session: Session) -> dict[str, Any]:
        return rows.setting_row(proactive_settings.edit(session, room, name, draft, version))

    return web.json_response(await _change(request, announcer, save))


async def post_preview(request: web.Request) -> web.Response:
    """{"kind"?,"text"?,"script"?} → what it would say now, and why it does not.

    Without a kind, all that are turned on.
    """
    announcer, room = await announcer_of(request), request.match_info["room"]
    body = await json_object(request)
    name = text_field(body, "kind", 50)
    if name is None:
        kinds = await announcer.turned_on()
        found = [_preview_row(await announcer.preview(kind)) for kind in kinds]
        return web.json_response({"previews": found})
    if name not in announcer.kinds:
        raise proactive_settings.UnknownKind(name)
    text = text_field(body, "text", 2000)
    if text is not None:
        text = room_variables.checked(text, name)
    script = await _script(request, room, body.get("script")) if text is None else None
    if name == SCRIPTS and text is None and script is None:
        raise ApiError(400, "bad_field", "script：要预览哪一条", field="script")
    preview = await announcer.preview(name, text, script)
    return web.json_response({"previews": [_preview_row(preview, script)]})


async def post_say(request: web.Request) -> web.Response:
    """Say this kind now; 409 `not_said` with the reason when there is nothing true to say."""
    announcer = await announcer_of(request)
    name = request.match_info["kind"]
    if name not in announcer.kinds or name == SCRIPTS:
        raise proactive_settings.UnknownKind(name)
    return _told(await announcer.say_now(name))


async def post_show(request: web.Request) -> web.Response:
    """The show begins now: minutes count from here, everybody is new."""
    announcer = await announcer_of(request)
    await announcer.begin_show()
    return web.json_response({"show": _show(announcer)})


async def post_script(request: web.Request) -> web.Response:
    """A new timed script."""
    announcer, room = await announcer_of(request), request.match_info["room"]
    draft = drafts.script_draft(await json_object(request))

    def save(session: Session) -> dict[str, Any]:
        return rows.script_row(room_scripts.create(session, room, draft))

    return web.json_response(await _change(request, announcer, save), status=201)


async def put_script(request: web.Request) -> web.Response:
    """A script changed; 409 `changed_meanwhile`."""
    announcer, room, pk = (
        await announcer_of(request),
        request.match_info["room"],
        row_number(request, room_scripts.UnknownScript),
    )
    body = await json_object(request)
    draft, version = drafts.script_draft(body), fields.version(body)

    def save(session: Session) -> dict[str, Any]:
        return rows.script_row(room_scripts.edit(session, room, pk, draft, version))

    return web.json_response(await _change(request, announcer, save))


async def delete_script(request: web.Request) -> web.Response:
    """Forget a script; ?version= is the one on the page."""
    announcer, room, pk = (
        await announcer_of(request),
        request.match_info["room"],
        row_number(request, room_scripts.UnknownScript),
    )
    version = fields.query_number(request, "version")

    def save(session: Session) -> dict[str, Any]:
        room_scripts.remove(session, room, pk, version)
        return {"deleted": pk}

    return web.json_response(await _change(request, announcer, save))


async def say_script(request: web.Request) -> web.Response:
    """Say this script now; 409 `not_said`."""
    announcer, room = await announcer_of(request), request.match_info["room"]
    return _told(
        await announcer.say_now(
            SCRIPTS, await _script(request, room, row_number(request, room_scripts.UnknownScript))
        )
    )


async def _change(
    request: web.Request, announcer: Announcer, save: Callable[[Session], dict[str, Any]]
) -> dict[str, Any]:
    changed = await writing(request.app, save)
    announcer.reread()
    return changed


async def _script(request: web.Request, room: str, pk: Any) -> int | None:
    """The number of a script that is there; raises UnknownScript."""
    if pk is None:
        return None
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 <= pk <= LARGEST_KEY:
        raise room_scripts.UnknownScript(str(pk))
    found = await reading(request.app, lambda session: room_scripts.get(session, room, pk))
    return found.pk


def _told(said: Any) -> web.Response:
    if isinstance(said, str):
        raise ApiError(409, "not_said", said)
    return web.json_response({"said": rows.message_row(said)})


def _preview_row(preview: Preview, script: int | None = None) -> dict[str, Any]:
    said = preview.said
    return {
        "kind": preview.kind,
        "script": script,
        "blocks": list(said.blocks) if said else [],
        "why": preview.why,
    }


def _show(announcer: Announcer) -> dict[str, Any] | None:
    show = announcer.show
    if show is None:
        return None
    return {"started_at": show.started_at.isoformat(), "minute": show.minute(datetime.now(UTC))}
