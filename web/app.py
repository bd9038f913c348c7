"""The application: its parts, wired. `create_app(config)` is the only door."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from aiohttp import web

from shop.database import Database
from web import api, console, recommending, rooms, words
from web.channels import widget
from web.chat import Assistant
from web.config import AppConfig, quiet_libraries
from web.door import Door
from web.errors import error_middleware
from web.gateway import Gateway
from web.keys import (
    ASSISTANT,
    CONFIG,
    DATABASE,
    DOOR,
    GATEWAY,
    MEASURES,
    PRESENCE,
    RASA_POOL,
    SESSIONS,
)
from web.learning import routes as learning
from web.measures import Measures, measure_requests
from web.origins import origin_middleware
from web.page_headers import add_page_headers
from web.presence import Presence
from web.resources import (
    actions_context,
    database_context,
    desk_context,
    gateway_context,
    rasa_context,
)
from web.sessions import Sessions

__all__ = ["AppConfig", "create_app"]

STATIC = Path(__file__).parent / "static"
# The largest body of any route: a connector may send thousands of comments in one request.
BODY_LIMIT = 4 * 1024 * 1024


def create_app(config: AppConfig) -> web.Application:
    """The web application; its resources open at start-up and close at the end."""
    quiet_libraries()
    measures = Measures()
    app = web.Application(
        client_max_size=BODY_LIMIT,
        middlewares=[measure_requests(measures), error_middleware, origin_middleware],
    )
    app[MEASURES] = measures
    _furnish(app, config)
    # Order matters: each may use those before it, and they close the other way round.
    contexts = (database_context, desk_context, actions_context, rasa_context, gateway_context)
    app.cleanup_ctx.extend(contexts)
    app.on_response_prepare.append(add_page_headers)
    app.router.add_static("/static", STATIC)
    for part in (api, widget, console, words, rooms, learning, recommending):
        part.setup(app)
    return app


def _furnish(app: web.Application, config: AppConfig) -> None:
    settings, keys = config.settings, config.secrets
    app[CONFIG] = config
    app[DATABASE] = Database(settings.database_url)
    app[PRESENCE] = Presence(app[DATABASE])
    app[SESSIONS] = Sessions(
        keys.session_key, keys.viewer_key, timedelta(days=settings.session_days)
    )
    app[DOOR] = Door(keys.session_key, config.state_folder / "console.json")

    def rasa_address() -> str:
        if RASA_POOL in app:
            return app[RASA_POOL].address()
        return f"http://127.0.0.1:{settings.rasa_port}"

    app[GATEWAY] = Gateway(rasa_address, keys.shared_secret)
    app[ASSISTANT] = Assistant(app[GATEWAY])
