"""The console's door: one-time links in, a signed cookie inside, one key out.

There is one owner. Leaving signs out every browser at once, by changing the epoch that cookies
carry; the epoch and the links already used are kept in one small file, so that neither comes
back to life with a restart.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from web.signing import BadToken, Signer

LINK_LIFETIME = timedelta(hours=12)
COOKIE_LIFETIME = timedelta(days=7)


class LinkRefused(Exception):
    """The one-time link was used, has expired, or was never ours."""


class NotSignedIn(Exception):
    """This needs the owner, and the request does not come from the owner's browser."""


class Door:
    """Makes one-time links and cookies, and tells the owner from everybody else."""

    def __init__(self, session_key: str, state: Path) -> None:
        self._links = Signer(session_key, "console-link")
        self._cookies = Signer(session_key, "console-cookie")
        self._state = state

    def link_token(self) -> str:
        """The token of a new one-time link; any process with the same secrets may make one."""
        return self._links.sign({"id": secrets.token_urlsafe(12)}, LINK_LIFETIME)

    def enter(self, token: str) -> str:
        """Use up a link; returns the cookie's value. Raises LinkRefused."""
        try:
            link = self._links.read(token)
        except BadToken as error:
            raise LinkRefused(str(error)) from error
        state = self._read()
        if link["id"] in state["used"]:
            raise LinkRefused("used before")
        state["used"][link["id"]] = link["exp"]
        self._write(state)
        return self._cookies.sign({"epoch": state["epoch"]}, COOKIE_LIFETIME)

    def check(self, cookie: str | None) -> None:
        """Raises NotSignedIn unless the cookie is the owner's and still counts."""
        if not cookie:
            raise NotSignedIn("no cookie")
        try:
            payload = self._cookies.read(cookie)
        except BadToken as error:
            raise NotSignedIn(str(error)) from error
        if payload["epoch"] != self._read()["epoch"]:
            raise NotSignedIn("signed out")

    def leave(self) -> None:
        """Sign out every browser."""
        state = self._read()
        self._write({**state, "epoch": secrets.token_urlsafe(12)})

    def _read(self) -> dict[str, Any]:
        if not self._state.exists():
            self._write({"epoch": secrets.token_urlsafe(12), "used": {}})
        state: dict[str, Any] = json.loads(self._state.read_text("utf-8"))
        return state

    def _write(self, state: dict[str, Any]) -> None:
        self._state.parent.mkdir(parents=True, exist_ok=True)
        used = {link: exp for link, exp in state["used"].items() if exp > time.time()}
        temporary = self._state.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"epoch": state["epoch"], "used": used}, file)
        temporary.replace(self._state)
