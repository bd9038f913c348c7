"""/console/api/recommend/rules and /setting: rules, weights and ladder, in force at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.suggesting.policy import LIMITS
from recsys.ranking import DEFAULT_STEPS, PARTS
from recsys.ranking.steps import MOST_SHOWN, MOST_STEPS
from shop import offering, recommend_rules, recommend_setting
from shop.recommend_rule_draft import RULE_KINDS, USUAL_DUE, RuleDraft
from shop.recommend_rules import Rule
from shop.recommend_setting import Setting, StepDraft
from web import fields
from web.owner import require_owner
from web.payload import json_object, row_number
from web.transactions import reading, writing


async def get_rules(request: web.Request) -> web.Response:
    """Every rule and kind of rule, the weights with their limits, the ladder, the choices."""
    require_owner(request)

    def read(session: Session) -> dict[str, Any]:
        categories, brands = offering.categories_and_brands(session)
        rules = recommend_rules.all_rules(session)
        titles = offering.many(session, {rule.target for rule in rules})
        return {
            "rules": [rule_json(r) | {"title": _title(r, titles)} for r in rules],
            "setting": setting_json(recommend_setting.read(session)),
            "categories": categories,
            "brands": brands,
        }

    found = await reading(request.app, read)
    kinds = [asdict(kind) for kind in RULE_KINDS.values()]
    return web.json_response({**found, "kinds": kinds, "usual_due": dict(USUAL_DUE)})


async def post_rule(request: web.Request) -> web.Response:
    """A new one."""
    require_owner(request)
    draft = _draft(await json_object(request))
    made = await writing(request.app, lambda session: recommend_rules.create(session, draft))
    return web.json_response(rule_json(made), status=201)


async def put_rule(request: web.Request) -> web.Response:
    """One changed; "version" is the one on the page."""
    require_owner(request)
    body = await json_object(request)
    draft, version = _draft(body), fields.version(body)
    pk = row_number(request, recommend_rules.UnknownRule)
    saved = await writing(
        request.app, lambda session: recommend_rules.edit(session, pk, draft, version)
    )
    return web.json_response(rule_json(saved))


async def delete_rule(request: web.Request) -> web.Response:
    """{"version"}: one removed."""
    require_owner(request)
    version = fields.version(await json_object(request))
    pk = row_number(request, recommend_rules.UnknownRule)
    await writing(request.app, lambda session: recommend_rules.remove(session, pk, version))
    return web.json_response({"deleted": pk})


async def put_setting(request: web.Request) -> web.Response:
    """{"version","weights","variety","steps","offers"?}: how parts are weighed, the ladder."""
    require_owner(request)
    body = await json_object(request)
    draft, version = _setting(body), fields.version(body)
    saved = await writing(
        request.app, lambda session: recommend_setting.edit(session, draft, version)
    )
    return web.json_response(setting_json(saved))


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule for the page."""
    return asdict(rule) | {"updated_at": rule.updated_at.isoformat()}


def setting_json(setting: Setting) -> dict[str, Any]:
    """Every part with its weight and limits, the variety, and the ladder that holds."""
    parts = [
        {
            "name": kind.name,
            "title": kind.title,
            "about": kind.about,
            "usual": kind.usual,
            "lowest": kind.lowest,
            "highest": kind.highest,
            "weight": setting.weights.get(kind.name, kind.usual),
        }
        for kind in PARTS.values()
    ]
    steps = [asdict(step) for step in setting.steps or DEFAULT_STEPS]
    return {
        "parts": parts,
        "variety": setting.variety,
        "offers": setting.offers,
        "steps": steps,
        "version": setting.version,
        "most_shown": MOST_SHOWN,
        "most_steps": MOST_STEPS,
    }


def _title(rule: Rule, titles: Mapping[str, offering.Offered]) -> str:
    about_product = RULE_KINDS[rule.kind].target == "sku"
    return titles[rule.target].title if about_product and rule.target in titles else rule.target


def _draft(body: fields.Body) -> RuleDraft:
    return RuleDraft(
        kind=fields.text(body, "kind", ""),
        target=fields.text(body, "target", ""),
        number=fields.whole(body, "number") or 0,
        enabled=fields.flag(body, "enabled", default=True),
        note=fields.text(body, "note", ""),
    )


def _setting(body: fields.Body) -> Setting:
    weights = body.get("weights")
    steps = body.get("steps")
    if not isinstance(weights, dict):
        raise fields.bad("weights", "应该是各项的权重")
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise fields.bad("steps", "应该是一组档位")
    return Setting(
        weights={name: _number(weights, name) for name in weights},
        variety=_number(body, "variety"),
        steps=tuple(_step(step) for step in steps),
        offers=fields.flag(body, "offers", default=False),
    ).checked(LIMITS, MOST_SHOWN, MOST_STEPS)


def _step(step: fields.Body) -> StepDraft:
    from_s, k = fields.whole(step, "from_s"), fields.whole(step, "k")
    return StepDraft(from_s or 0, k or 0, _number(step, "explore"))


def _number(body: fields.Body, name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise fields.bad(name, "应该是数字")
    return float(value)
