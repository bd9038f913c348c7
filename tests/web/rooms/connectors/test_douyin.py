"""Douyin's pushes: the signature of its documents, and whatever else may arrive."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.rooms.connectors import douyin
from web.rooms.connectors.douyin import BadSignature
from web.rooms.connectors.said import Said

# The test vector of the platform's documents.
HEADERS = {
    "x-nonce-str": "123456",
    "x-timestamp": "456789",
    "x-roomid": "268",
    "x-msg-type": "user_group",
}
BODY, SECRET, SIGNATURE = "abc123你好".encode(), "123abc", "GAkalGmhzqlUGQO/TgvMug=="


def test_the_platforms_own_test_vector() -> None:
    assert douyin.signature(HEADERS, BODY, SECRET) == SIGNATURE
    signed = {**HEADERS, "x-signature": SIGNATURE, "x-forwarded-for": "10.0.0.1"}
    douyin.check(signed, BODY, SECRET, now=456_789 + 10)


@pytest.mark.parametrize(
    ("change", "body", "now"),
    [
        ({"x-signature": ""}, BODY, 456_789),
        ({"x-signature": "é\udc80"}, BODY, 456_789),
        ({"x-roomid": "269"}, BODY, 456_789),
        ({}, BODY + b" ", 456_789),
        ({}, BODY, 456_789 + 301),
        ({}, BODY, 456_789 - 301),
    ],
)
def test_what_was_altered_or_is_old_is_refused(
    change: dict[str, str], body: bytes, now: int
) -> None:
    with pytest.raises(BadSignature):
        douyin.check({**HEADERS, "x-signature": SIGNATURE, **change}, body, SECRET, now=now)


@pytest.mark.parametrize("written", ["", "soon", "-1", "1" * 20])
def test_a_signed_time_that_is_none_is_refused(written: str) -> None:
    headers = {**HEADERS, "x-timestamp": written}
    signed = {**headers, "x-signature": douyin.signature(headers, BODY, SECRET)}
    with pytest.raises(BadSignature):
        douyin.check(signed, BODY, SECRET, now=0)


def test_comments_are_read_and_the_rest_is_passed_over() -> None:
    rows = [
        {"msg_id": "7", "sec_openid": "o1", "nickname": "小红", "content": "3号多少钱",
         "timestamp": 1_795_000_000_123, "avatar_url": "https://example.invalid/a.png"},
        {"msg_id": "8", "sec_openid": "o1", "content": 3},
        {"msg_id": "", "sec_openid": "o1", "content": "x"},
        "x", None,
    ]  # fmt: skip
    body = json.dumps(rows).encode()
    at = datetime.fromtimestamp(1_795_000_000.123, UTC)
    assert douyin.read("live_comment", body) == [Said("7", "o1", "小红", "3号多少钱", at)]
    assert douyin.read("live_gift", body) == []


@given(st.binary(max_size=100) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["msg_id", "content", "sec_openid", "timestamp"]), inner, max_size=4),
    max_leaves=10,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_arrives_gives_comments_or_none(body: bytes) -> None:
    assert all(said.id and said.viewer for said in douyin.read("live_comment", body))
