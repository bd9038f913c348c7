"""Bad input against the running whole: a clear error or a polite line, never a 500."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import Running, said

pytestmark = pytest.mark.needs_rasa

POLITE = (
    "", "   ", "😀😀😀", "/", "／", "/ask_price", "／ask_price{\"link_no\": 3}", "长" * 10_000,
    "<script>alert(1)</script>", "\x00\x01\x02\x03", "'; DROP TABLE product; --", "？" * 900,
    "99999999999999999999号链接多少钱", "{{7*7}}", "‮多少钱", "a" * 1000,
)  # fmt: skip


@pytest.mark.parametrize("text", POLITE, ids=lambda text: repr(text[:12]))
def test_odd_texts_get_a_polite_reply(running: Running, text: str) -> None:
    status, answer = running.call("POST", "/api/chat", {"text": text})
    assert status == 200, answer
    assert answer["replies"]
    assert said(answer)


def test_a_leading_slash_injects_no_intent(running: Running) -> None:
    _, answer = running.call("POST", "/api/chat", {"text": "/ask_order_status"})
    assert answer["meta"]["confidence"] < 1.0


REFUSED: tuple[tuple[str, str, Any, int, str], ...] = (
    ("POST", "/api/chat", b"{", 400, "bad_json"),
    ("POST", "/api/chat", b"\xff\xfe", 400, "bad_json"),
    ("POST", "/api/chat", {"text": "在吗", "session": "forged"}, 401, "session_invalid"),
    ("POST", "/api/chat", {"text": "在吗", "sku": "NOPE"}, 404, "unknown_sku"),
    ("POST", "/api/rooms/nowhere/comments", {"comments": []}, 401, "wrong_key"),
    ("POST", "/api/events", {"events": []}, 401, "wrong_key"),
    ("GET", "/api/rooms/demo/outcomes", None, 401, "not_signed_in"),
    ("GET", "/no/such/page", None, 404, "not_found"),
    ("DELETE", "/api/chat", None, 405, "method_not_allowed"),
)


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), REFUSED)
def test_refusals_have_one_shape(
    running: Running, method: str, path: str, body: Any, status: int, code: str
) -> None:
    got, answer = running.call(method, path, body)
    assert (got, answer["error"]["code"]) == (status, code)
    assert "Traceback" not in str(answer)


def test_unknown_room_is_named(running: Running) -> None:
    body = {"comments": [{"id": "1", "viewer": "v", "text": "多少钱"}]}
    status, answer = running.call(
        "POST", "/api/rooms/nowhere/comments", body, key=running.ingest_key
    )
    assert (status, answer["error"]["code"]) == (404, "unknown_room")
