"""/console/api/intents and /confirmed: the owner's own intents, and verdicts known to be right."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from shop import confirmed, inbox, own_intents
from shop.own_intent_draft import ACTIONS
from web import fields
from web.learning import drafts
from web.learning.titles import action_title
from web.owner import require_owner
from web.payload import json_object, row_number
from web.transactions import reading, writing


async def get_intents(request: web.Request) -> web.Response:
    """Own intents, and the actions that one may choose instead of a reply."""
    require_owner(request)
    found = await reading(request.app, own_intents.all_own)
    intents = [drafts.own_json(intent) for intent in found]
    actions = [{"name": name, "title": action_title(name)} for name in ACTIONS]
    return web.json_response({"intents": intents, "actions": actions})


async def post_intent(request: web.Request) -> web.Response:
    """A new one; with "pks", the questions of the inbox that led to it."""
    require_owner(request)
    body = await json_object(request)
    draft = drafts.own_draft(body)
    pks = fields.numbers(body, "pks") if body.get("pks") else ()

    def save(session: Session) -> own_intents.OwnIntent:
        made = own_intents.create(session, draft)
        inbox.close(session, pks, inbox.OWN_INTENT)
        return made

    return web.json_response(drafts.own_json(await writing(request.app, save)), status=201)


async def put_intent(request: web.Request) -> web.Response:
    """One changed."""
    require_owner(request)
    body = await json_object(request)
    draft, version = drafts.own_draft(body), fields.version(body)
    name = request.match_info["name"]
    saved = await writing(
        request.app, lambda session: own_intents.edit(session, name, draft, version)
    )
    return web.json_response(drafts.own_json(saved))


async def delete_intent(request: web.Request) -> web.Response:
    """{"version"}: one removed."""
    require_owner(request)
    version, name = fields.version(await json_object(request)), request.match_info["name"]
    await writing(request.app, lambda session: own_intents.remove(session, name, version))
    return web.json_response({"deleted": name})


async def get_confirmed(request: web.Request) -> web.Response:
    """Every question that the owner said is understood rightly."""
    require_owner(request)
    rows = await reading(request.app, confirmed.all_confirmed)
    return web.json_response({"confirmed": [_row(row) for row in rows]})


async def post_confirmed(request: web.Request) -> web.Response:
    """{"text", "kind": "intent"|"faq", "target", "sku"?}; the last word counts."""
    require_owner(request)
    body = await json_object(request)
    kind, said = fields.text(body, "kind"), fields.text(body, "text").strip()
    target, sku = fields.text(body, "target"), fields.text(body, "sku", "")
    if kind not in confirmed.KINDS:
        raise fields.bad("kind", "只能是 intent 或 faq")
    if not said or not target:
        raise fields.bad("text", "问题和答案都要写")
    if len(said) > confirmed.MAX_TEXT:
        raise fields.bad("text", f"不能超过{confirmed.MAX_TEXT}字")
    row = await writing(
        request.app, lambda session: confirmed.confirm(session, said, kind, target, sku)
    )
    return web.json_response(_row(row), status=201)


async def delete_confirmed(request: web.Request) -> web.Response:
    """Take one back."""
    require_owner(request)
    pk = row_number(request, confirmed.UnknownConfirmed)
    await writing(request.app, lambda session: confirmed.withdraw(session, pk))
    return web.json_response({"deleted": pk})


def _row(row: confirmed.Confirmed) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "text": row.text,
        "sku": row.sku,
        "kind": row.kind,
        "target": row.target,
        "confirmed_at": row.confirmed_at.isoformat(),
    }
