"""Signed, dated tokens: HMAC-SHA256 over a small JSON payload, one key per purpose.

A token is `<payload>.<mac>` in URL-safe base64. It is readable by its holder and cannot be
changed by anyone; nothing secret belongs in it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

# Far above any token of ours: refuse before hashing what a stranger sends.
_MAX_TOKEN = 1024


class BadToken(Exception):
    """The token was not made by us for this purpose, was changed, or has expired."""


class Signer:
    """Makes and reads tokens of one purpose; other purposes' tokens are refused."""

    def __init__(self, key: str, purpose: str) -> None:
        # A derived key, so that a viewer's token can never pass as an owner's.
        self._key = hmac.new(key.encode(), purpose.encode(), hashlib.sha256).digest()

    def sign(self, payload: Mapping[str, Any], lifetime: timedelta) -> str:
        """A token that carries `payload` and expires after `lifetime`."""
        now = datetime.now(UTC)
        dated = {**payload, "iat": int(now.timestamp()), "exp": int((now + lifetime).timestamp())}
        body = _encode(json.dumps(dated, separators=(",", ":")).encode())
        return f"{body}.{_encode(self._mac(body))}"

    def read(self, token: str) -> dict[str, Any]:
        """The payload of a valid token. Raises BadToken."""
        body, _, mac = token.partition(".")
        if len(token) > _MAX_TOKEN or not token.isascii():
            raise BadToken("not a token")
        if not hmac.compare_digest(_encode(self._mac(body)), mac):
            raise BadToken("wrong signature")
        payload: dict[str, Any] = json.loads(_decode(body))
        if payload["exp"] <= datetime.now(UTC).timestamp():
            raise BadToken("expired")
        return payload

    def _mac(self, body: str) -> bytes:
        return hmac.new(self._key, body.encode(), hashlib.sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise BadToken("not base64") from error
