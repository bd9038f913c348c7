"""Douyin open platform: live comments pushed to a callback (直播间数据推送, msg_type live_comment).

The platform posts a JSON list of comments, about a hundred pushes a second in a busy room, some
twice, some never, and takes an answer later than two seconds for a failure. A request is signed:
base64(md5(headers sorted and joined as k=v with &, then the body, then the secret)), over the four
headers of SIGNED; proxies add others of their own.
Source: developer.open-douyin.com, 直播间数据开放, 数据推送 (signature and live_comment).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from web.rooms.connectors.said import Said, identifier, moment

COMMENT = "live_comment"
SIGNED = ("x-msg-type", "x-nonce-str", "x-roomid", "x-timestamp")
# Older or newer than this a push is a replay, or a clock is wrong.
WINDOW_SECONDS = 300.0


class BadSignature(Exception):
    """The push was not signed with this secret, or not now."""


def signature(headers: Mapping[str, str], body: bytes, secret: str) -> str:
    """The signature of a push; `headers` are those that are signed, by lower-case name."""
    joined = "&".join(f"{name}={headers[name]}" for name in sorted(headers))
    # MD5 is the platform's choice: it authenticates by the secret at its end, not by collisions.
    digest = hashlib.md5(joined.encode() + body + secret.encode(), usedforsecurity=False)
    return base64.b64encode(digest.digest()).decode()


def check(headers: Mapping[str, str], body: bytes, secret: str, now: float | None = None) -> None:
    """Raises BadSignature unless the push is signed, and its time is within WINDOW_SECONDS."""
    signed = {name: headers.get(name, "") for name in SIGNED}
    expected = signature(signed, body, secret)
    given = headers.get("x-signature", "")
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode()):
        raise BadSignature("x-signature is not that of this push")
    written = signed["x-timestamp"]
    if not (written.isascii() and written.isdigit()) or len(written) > 13:
        raise BadSignature("x-timestamp is no time")
    sent = int(written) / (1000 if len(written) > 11 else 1)
    if abs((time.time() if now is None else now) - sent) > WINDOW_SECONDS:
        raise BadSignature("x-timestamp is too far from now")


def read(kind: str, body: bytes) -> list[Said]:
    """The comments of a push; another kind of push, or what is no comment, gives none."""
    if kind != COMMENT:
        return []
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError):
        return []
    found = [_comment(row) for row in rows] if isinstance(rows, list) else []
    return [said for said in found if said is not None]


def _comment(row: object) -> Said | None:
    if not isinstance(row, dict):
        return None
    said_id, viewer = identifier(row.get("msg_id")), identifier(row.get("sec_openid"))
    text, name = row.get("content"), row.get("nickname")
    if not said_id or not viewer or not isinstance(text, str):
        return None
    shown = name if isinstance(name, str) else ""
    return Said(said_id, viewer, shown, text, moment(row.get("timestamp")))
