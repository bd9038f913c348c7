"""The typed keys of what the owner's teaching holds in the application."""

from __future__ import annotations

from aiohttp import web

from web.learning.book import Book
from web.learning.feedback import Feedback
from web.learning.recorder import Recorder
from web.learning.release import Releases
from web.learning.vectors import Vectors

BOOK = web.AppKey("book", Book)
RECORDER = web.AppKey("recorder", Recorder)
FEEDBACK = web.AppKey("feedback", Feedback)
RELEASES = web.AppKey("releases", Releases)
VECTORS = web.AppKey("vectors", Vectors)
