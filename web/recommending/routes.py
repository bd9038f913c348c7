"""The routes of recommendations, and the fit and the offers that run beside them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from shop.impressions import UnknownImpression
from shop.recommend_rules import RuleChanged, RuleThere, UnknownRule
from shop.recommend_setting import SettingChanged
from web import errors
from web.errors import ApiError
from web.keys import CONFIG
from web.owner_page import owner_page
from web.recommending import bundles_api, home_api, model_api, preview_api, rules_api
from web.recommending.fitting import FitRunning, Fitting
from web.recommending.keys import FITTING
from web.recommending.offers import OFFERS, Offers

CHANGED = "刚在别的页面改过，没有覆盖；请看过最新内容再保存"
THERE = "已经有一条这样的规则了，直接修改那一条就行"


def setup(app: web.Application) -> None:
    """Add the routes."""
    _tell_errors()
    app[FITTING] = Fitting(app[CONFIG])
    app[OFFERS] = Offers(app)
    app.cleanup_ctx.append(_context)
    add = app.router
    add.add_post("/api/recommendations", home_api.post_recommendations)
    add.add_post("/api/recommendations/click", home_api.post_click)
    add.add_get("/console/recommend", page)
    add.add_get("/console/api/recommend/viewers", preview_api.get_viewers)
    add.add_get("/console/api/recommend/circumstances", preview_api.get_circumstances)
    add.add_get("/console/api/recommend/preview", preview_api.get_preview)
    add.add_get("/console/api/recommend/rules", rules_api.get_rules)
    add.add_post("/console/api/recommend/rules", rules_api.post_rule)
    add.add_put(r"/console/api/recommend/rules/{pk:\d+}", rules_api.put_rule)
    add.add_delete(r"/console/api/recommend/rules/{pk:\d+}", rules_api.delete_rule)
    add.add_put("/console/api/recommend/setting", rules_api.put_setting)
    add.add_get("/console/api/recommend/bundles", bundles_api.get_bundles)
    add.add_post("/console/api/recommend/bundles", bundles_api.post_bundle)
    add.add_get("/console/api/recommend/model", model_api.get_model)
    add.add_post("/console/api/recommend/model", model_api.post_fit)


async def page(request: web.Request) -> web.FileResponse:
    """The owner's page of recommendations."""
    return owner_page(request, "recommend/recommend.html")


async def _context(app: web.Application) -> AsyncIterator[None]:
    offering = asyncio.create_task(app[OFFERS].run())
    yield
    offering.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await offering
    await app[FITTING].close()


def _there(error: RuleThere) -> ApiError:
    return ApiError(409, "rule_there", THERE, current=rules_api.rule_json(error.current))


def _tell_errors() -> None:
    errors.TELLING.update(
        {
            RuleChanged: errors.changed_meanwhile(rules_api.rule_json, CHANGED),
            RuleThere: _there,
            SettingChanged: errors.changed_meanwhile(rules_api.setting_json, CHANGED),
            UnknownRule: lambda error: ApiError(404, "unknown_rule", "这条规则已经不在了"),
            UnknownImpression: lambda error: ApiError(404, "unknown_list", "这条推荐已经不在了"),
            FitRunning: lambda error: ApiError(409, "fit_running", "已经在训练了，请等它结束"),
        }
    )
