"""/console/api/recommend/model: which model serves, what came of the last fits, and a new one."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from actions import models
from shop import impressions
from web.jobs import fit_record
from web.jobs.fit import FITS
from web.keys import CONFIG, DESK
from web.owner import require_owner
from web.recommending.keys import FITTING
from web.transactions import reading

RESULTS_OF = timedelta(days=30)


async def get_model(request: web.Request) -> web.Response:
    """The serving version, the fit under way, the last fits, and what came of what was shown."""
    require_owner(request)
    app = request.app
    _ = app[DESK].recommender  # looks whether there is a newer one
    told = await asyncio.to_thread(_told, app)
    since = datetime.now(UTC) - RESULTS_OF
    results = await reading(app, lambda session: impressions.results(session, since))
    came = [asdict(one) for one in results]
    return web.json_response({**told, "results": came, "job": app[FITTING].told()})


async def post_fit(request: web.Request) -> web.Response:
    """Begin a fit: 202, or 409 while one is under way."""
    require_owner(request)
    request.app[FITTING].start()
    return web.json_response({"job": request.app[FITTING].told()}, status=202)


def _told(app: web.Application) -> dict[str, Any]:
    var = app[CONFIG].settings.var
    pointer = models.recorded(models.pointer(var, models.RECOMMENDER))
    return {
        "serving": app[DESK].recommender_version,
        "newest": pointer.get("folder", ""),
        "fitted_at": pointer.get("fitted_at", ""),
        "told": pointer.get("told", ""),
        "fits": [
            asdict(one) | {"title": FITS[one.name].title if one.name in FITS else one.name}
            for one in fit_record.read(var)
        ],
    }
