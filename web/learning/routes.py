"""The routes of the owner's teaching, and what they need while the application runs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from aiohttp import web

from web.keys import CONFIG, DATABASE, GATEWAY, RASA_POOL
from web.learning import faq_api, inbox_api, models_api, own_api, pages, refusals
from web.learning.book import Book
from web.learning.feedback import Feedback
from web.learning.keys import BOOK, FEEDBACK, RECORDER, RELEASES, VECTORS
from web.learning.recorder import Recorder
from web.learning.release import Releases
from web.learning.vectors import Vectors

logger = logging.getLogger(__name__)


def setup(app: web.Application) -> None:
    """Add the routes, and open the resources after those that they use."""
    refusals.register()
    config = app[CONFIG]
    app[BOOK] = Book(app[DATABASE], config.settings.var)
    app[RECORDER] = Recorder(app[DATABASE])
    app[FEEDBACK] = Feedback(config.secrets.session_key)
    app[VECTORS] = Vectors()
    app.cleanup_ctx.append(learning_context)
    add = app.router
    add.add_get(r"/console/{page:inbox|faq|models}", pages.page)
    add.add_get("/console/api/inbox", inbox_api.get_inbox)
    add.add_post("/console/api/inbox/answer", inbox_api.post_answer)
    add.add_post("/console/api/inbox/join", inbox_api.post_join)
    add.add_post("/console/api/inbox/ignore", inbox_api.post_ignore)
    add.add_get("/console/api/faq", faq_api.get_faqs)
    add.add_post("/console/api/faq", faq_api.post_faq)
    add.add_post("/console/api/faq/check", faq_api.post_check)
    add.add_post("/console/api/faq/suggest", faq_api.post_suggest)
    add.add_get("/console/api/faq/export", faq_api.get_export)
    add.add_post("/console/api/faq/import", faq_api.post_import)
    add.add_get("/console/api/faq/entry/{faq_id}", faq_api.get_faq)
    add.add_put("/console/api/faq/entry/{faq_id}", faq_api.put_faq)
    add.add_delete("/console/api/faq/entry/{faq_id}", faq_api.delete_faq)
    add.add_get("/console/api/intents", own_api.get_intents)
    add.add_post("/console/api/intents", own_api.post_intent)
    add.add_put("/console/api/intents/{name}", own_api.put_intent)
    add.add_delete("/console/api/intents/{name}", own_api.delete_intent)
    add.add_get("/console/api/confirmed", own_api.get_confirmed)
    add.add_post("/console/api/confirmed", own_api.post_confirmed)
    add.add_delete(r"/console/api/confirmed/{pk:\d+}", own_api.delete_confirmed)
    add.add_get("/console/api/models", models_api.get_models)
    add.add_post("/console/api/models/train", models_api.post_train)
    add.add_post("/console/api/models/cancel", models_api.post_cancel)
    add.add_get("/console/api/models/{name}/report", models_api.get_report)
    add.add_post("/console/api/models/{name}/publish", models_api.post_publish)
    add.add_post("/console/api/models/{name}/rollback", models_api.post_rollback)


async def learning_context(app: web.Application) -> AsyncIterator[None]:
    """Publish what a crash left unpublished; end a training with the application."""
    app[RELEASES] = Releases(app[CONFIG], app[DATABASE], app[GATEWAY], app.get(RASA_POOL))
    try:
        await app[BOOK].publish()
    except Exception:
        # A shop whose encoder is not built yet still has to open its doors.
        logger.exception("the FAQ was not published at start")
    yield
    await app[RELEASES].training.close()
    await app[RECORDER].settle()
