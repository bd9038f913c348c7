"""The HTTP interface: chat, events, health, metrics."""

from __future__ import annotations

from aiohttp import web

from web.api import chat, events, feedback, health, metrics


def setup(app: web.Application) -> None:
    """Add the routes."""
    app.router.add_get("/healthz", health.healthz)
    app.router.add_post("/api/chat", chat.post_chat)
    app.router.add_post("/api/feedback", feedback.post_feedback)
    app.router.add_post("/api/events", events.post_events)
    app.router.add_get("/metrics", metrics.get_metrics)
