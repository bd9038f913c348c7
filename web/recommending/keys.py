"""The typed key of the fit."""

from __future__ import annotations

from aiohttp import web

from web.recommending.fitting import Fitting

FITTING = web.AppKey("recommender_fitting", Fitting)
