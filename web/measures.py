"""What is counted, for Prometheus; one registry an application, so that tests do not share."""

from __future__ import annotations

import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measures:
    """The application's counters; names are part of the contract with dashboards."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "boxiaoer_http_requests",
            "HTTP requests by route and status",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "boxiaoer_http_request_seconds",
            "Time to answer by route",
            ("route",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.replies = Counter(
            "boxiaoer_chat_replies",
            "Replies by channel and source",
            ("channel", "source"),
            registry=self.registry,
        )
        self.failures = Counter(
            "boxiaoer_chat_failures",
            "Messages that got no reply, by channel and error code",
            ("channel", "code"),
            registry=self.registry,
        )
        self.feedback = Counter(
            "boxiaoer_feedback",
            "Replies that viewers rated, up or down",
            ("vote",),
            registry=self.registry,
        )
        self.connections = Gauge(
            "boxiaoer_chat_connections", "Open chat WebSockets", registry=self.registry
        )
        self.rasa_starts = Counter(
            "boxiaoer_rasa_starts", "Times Rasa was started", registry=self.registry
        )

    def request(self, request: web.Request, status: int, seconds: float) -> None:
        """Count one finished HTTP request."""
        resource = request.match_info.route.resource
        # The route's pattern, not the path: a path per viewer would be a series per viewer.
        route = resource.canonical if resource else "unmatched"
        method = request.method if request.method in _METHODS else "other"
        self.requests.labels(method, route, str(status)).inc()
        if status != 101:
            self.request_seconds.labels(route).observe(seconds)


def measure_requests(measures: Measures) -> Middleware:
    """The outermost middleware: counts every response, refusals included."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.monotonic()
        response = await handler(request)
        measures.request(request, response.status, time.monotonic() - began)
        return response

    return middleware
