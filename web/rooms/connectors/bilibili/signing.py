"""Signed requests to Bilibili's open platform.

HMAC-SHA256, in hex, over the x-bili- headers sorted by name and joined as name:value with line
feeds. Source: open-live.bilibili.com/document, 签名说明.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping


def signed_headers(
    body: bytes, key_id: str, secret: str, *, now: float | None = None, nonce: str | None = None
) -> dict[str, str]:
    """All headers of a request with this JSON body."""
    headers = {
        "x-bili-accesskeyid": key_id,
        # MD5 is the platform's choice, for the body's integrity under the HMAC.
        "x-bili-content-md5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-signature-nonce": nonce or secrets.token_hex(16),
        "x-bili-signature-version": "1.0",
        "x-bili-timestamp": str(int(time.time() if now is None else now)),
    }
    return {
        **headers,
        "Authorization": signature(headers, secret),
        "Accept": "application/json",
        "Content-Type": "application/json",
    }


def signature(headers: Mapping[str, str], secret: str) -> str:
    """The signature over these x-bili- headers."""
    lines = "\n".join(f"{name}:{headers[name]}" for name in sorted(headers))
    return hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()
