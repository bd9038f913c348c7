"""What the chat channels share: the product page as context, and a lawful, counted answer."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from aiohttp import web

from shop import catalogue
from web.chat import Context, Reply
from web.errors import public_error
from web.keys import ASSISTANT, DATABASE, MEASURES
from web.lawful import lawful
from web.learning.keys import FEEDBACK, RECORDER
from web.rooms import wording

logger = logging.getLogger(__name__)


async def product_context(app: web.Application, sku: str) -> Context:
    """The context of a product's page. Raises UnknownProduct."""

    def known() -> str:
        with app[DATABASE].read() as session:
            return catalogue.get(session, sku).sku

    return Context(page_sku=await asyncio.to_thread(known))


async def answer(
    app: web.Application, viewer: str, channel: str, text: str, context: Context
) -> Reply:
    """`Assistant.ask`, through the advertising-law filter, with its outcome counted.

    What the filter holds goes to the owner's inbox with the rule.
    """
    measures = app[MEASURES]
    try:
        reply = await app[ASSISTANT].ask(viewer, channel, text, context)
    except Exception as error:
        measures.failures.labels(channel, public_error(error)["error"]["code"]).inc()
        raise
    said = lawful(reply.blocks, wording.current().book)
    reply = replace(reply, blocks=said.blocks)
    if said.rule is not None:
        logger.warning("channel=%s a reply is held: %s", channel, said.rule)
        reply = replace(reply, meta={**reply.meta, "source": "handoff"})
    measures.replies.labels(channel, str(reply.meta.get("source", ""))).inc()
    sku = context.page_sku
    app[RECORDER].notice(viewer, text, reply.meta, sku, said.rule)
    return replace(
        reply,
        meta={**reply.meta, "turn": app[FEEDBACK].token(viewer, text, reply.meta, sku)},
    )
