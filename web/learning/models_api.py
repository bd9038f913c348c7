"""/console/api/models: train, look at the proof, publish, go back."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from aiohttp import web

from web import fields
from web.errors import ApiError
from web.jobs.versions import NoModel, Version
from web.learning import proof
from web.learning.keys import RELEASES
from web.learning.release import ConfirmedBroken, Releases
from web.owner import require_owner
from web.payload import json_object

SHOWN_BROKEN = 50


async def get_models(request: web.Request) -> web.Response:
    """The serving model, every version, and the training under way."""
    require_owner(request)
    releases = request.app[RELEASES]
    listed = await asyncio.to_thread(_listed, releases)
    return web.json_response({**listed, "job": asdict(releases.training.state)})


async def post_train(request: web.Request) -> web.Response:
    """Begin a training: 202, or 409 while one is under way."""
    require_owner(request)
    return web.json_response({"job": asdict(request.app[RELEASES].train())}, status=202)


async def post_cancel(request: web.Request) -> web.Response:
    """End the training under way."""
    require_owner(request)
    state = await request.app[RELEASES].training.cancel()
    return web.json_response({"job": asdict(state)})


async def get_report(request: web.Request) -> web.Response:
    """The proof of one model."""
    require_owner(request)
    releases, name = request.app[RELEASES], request.match_info["name"]
    await asyncio.to_thread(releases.versions.get, name)
    made = await asyncio.to_thread(proof.read, releases.reports, name)
    if made is None:
        raise ApiError(404, "no_report", "这个模型还没有对比报告")
    return web.json_response(made)


async def post_publish(request: web.Request) -> web.Response:
    """{"override"?}: put a proved model to service; 409 with what it would break."""
    require_owner(request)
    body = await json_object(request)
    override = fields.text(body, "override", "")
    name = request.match_info["name"]
    try:
        version = await request.app[RELEASES].publish(name, override)
    except ConfirmedBroken as error:
        raise ApiError(
            409,
            "confirmed_broken",
            f"有{len(error.broken)}个确认过的问题会答错，写明理由（至少5个字）才能发布",
            broken=error.broken[:SHOWN_BROKEN],
        ) from error
    return web.json_response(asdict(version))


async def post_rollback(request: web.Request) -> web.Response:
    """{"reason"?}: back to a model that served before."""
    require_owner(request)
    body = await json_object(request)
    name, reason = request.match_info["name"], fields.text(body, "reason", "")
    version = await request.app[RELEASES].roll_back(name, reason[:200])
    return web.json_response(asdict(version))


def _listed(releases: Releases) -> dict[str, Any]:
    store = releases.versions
    try:
        live: str | None = store.current().name
    except NoModel:
        live = None
    return {"live": live, "versions": [_row(version, releases) for version in store.listed()]}


def _row(version: Version, releases: Releases) -> dict[str, Any]:
    made = proof.read(releases.reports, version.name)
    return {
        **asdict(version),
        "proved": made is not None,
        "broken": len(made["regression"]["broken"]) if made else 0,
    }
