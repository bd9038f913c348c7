"""Viewers' sessions: issued by the server, signed, with the viewer's pseudonym inside.

A client never says who it is. It holds a token that it cannot read a name from nor make itself;
the viewer id in it comes from randomness of ours, so one viewer cannot take another's place.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shop.viewers import pseudonym
from web.signing import BadToken, Signer


class SessionInvalid(Exception):
    """The session string is forged, damaged or expired."""


@dataclass(frozen=True, slots=True)
class Session:
    """A viewer and the token that proves it; `fresh` when the viewer was just made."""

    viewer: str
    token: str
    fresh: bool


class Sessions:
    """Issues and opens sessions that last `lifetime`, renewed in their second half."""

    def __init__(self, session_key: str, viewer_key: str, lifetime: timedelta) -> None:
        self._signer = Signer(session_key, "viewer-session")
        self._viewer_key = viewer_key
        self._lifetime = lifetime

    def issue(self) -> Session:
        """A session for a viewer never seen before."""
        viewer = pseudonym(self._viewer_key, "widget", secrets.token_urlsafe(24))
        return Session(viewer, self._token(viewer), fresh=True)

    def open(self, token: str) -> Session:
        """The session of a token, renewed if past half its life. Raises SessionInvalid."""
        try:
            payload = self._signer.read(token)
        except BadToken as error:
            raise SessionInvalid(str(error)) from error
        viewer, age = payload["viewer"], datetime.now(UTC).timestamp() - payload["iat"]
        if age > self._lifetime.total_seconds() / 2:
            token = self._token(viewer)
        return Session(viewer, token, fresh=False)

    def open_or_issue(self, token: str | None) -> Session:
        """A new session when none is given; a wrong one is refused, never replaced."""
        return self.open(token) if token else self.issue()

    def _token(self, viewer: str) -> str:
        return self._signer.sign({"viewer": viewer}, self._lifetime)
