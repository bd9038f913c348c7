"""Bilibili Open Live: frames, signatures, and a client that comes back."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from tests.web.rooms.connectors import open_live_server as platform
from tests.web.rooms.connectors.open_live_server import OpenLivePlatform, comment, message
from web.rooms.connectors.bilibili import messages, packets
from web.rooms.connectors.bilibili.client import Access, OpenLive, Pace
from web.rooms.connectors.bilibili.packets import BadPacket, Packet, unpacked
from web.rooms.connectors.bilibili.signing import signature
from web.rooms.connectors.delivery import Delivery
from web.rooms.connectors.said import Said

FAST = Pace(heartbeat=0.05, quiet=5.0, backoff=(0.01, 0.05))


def test_the_signature_is_that_of_the_documents_rule() -> None:
    headers = {
        "x-bili-timestamp": "1624594467",
        "x-bili-signature-nonce": "ad184c09-095f-91c3-0849-230dd3744045",
        "x-bili-signature-version": "1.0",
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-accesskeyid": "xxxx",
        "x-bili-content-md5": "fa6837e35b2f591865b288dfd859ce3b",
    }
    # Worked out with openssl over the six lines, sorted by name.
    assert signature(headers, "JzOzZfSHeYYnAMZ") == (
        "da9271823d54e876742c27d046cee4212ba06baf4c1230c8c698fbe4df2f2a3a"
    )


def test_packed_frames_unpack_to_what_is_in_them() -> None:
    two = (comment(1, "多少钱"), comment(2, "包邮吗"))
    for frame in (b"".join(two), platform.zipped(*two), platform.brotlied(*two)):
        read = [messages.read(packet) for packet in unpacked(frame)]
        assert [said.text for said in read if said] == ["多少钱", "包邮吗"]
    inside = platform.zipped(platform.brotlied(comment(3, "再来")))
    assert [p.operation for p in unpacked(inside)] == [5]


def test_a_comment_carries_its_viewer_and_time() -> None:
    (packet,) = unpacked(comment(7, "<b>3号</b>", viewer="o-9"))
    at = datetime.fromtimestamp(1_795_000_007, UTC)
    assert messages.read(packet) == Said("m7", "o-9", "阿花", "<b>3号</b>", at)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b'{"cmd":1}', b'{"cmd":"LIVE_OPEN_PLATFORM_DM"}',
        b'{"cmd":"LIVE_OPEN_PLATFORM_DM","data":{"msg":3,"msg_id":"a","open_id":"b"}}',
        b'{"cmd":"LIVE_OPEN_PLATFORM_DM","data":{"msg":"x","msg_id":"","open_id":"b"}}',
        b'{"cmd":"LIVE_OPEN_PLATFORM_DM","data":{"msg":"x","msg_id":"a","uid":0}}',
        b'{"cmd":"LIVE_OPEN_PLATFORM_SEND_GIFT","data":{"gift_id":1}}',
        b'{"cmd":"SOMETHING_NEW","data":{"msg":"x"}}',
    ],
)  # fmt: skip
def test_what_is_no_comment_gives_none(body: bytes) -> None:
    assert messages.read(Packet(5, body)) is None


def test_a_paid_comment_is_one_too() -> None:
    (packet,) = unpacked(
        message("LIVE_OPEN_PLATFORM_SUPER_CHAT", message_id=5, open_id="o", message="3号还有吗")
    )
    said = messages.read(packet)
    assert said is not None
    assert (said.id, said.text) == ("5", "3号还有吗")


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_be_refused(frame: bytes) -> None:
    with contextlib.suppress(BadPacket):
        for packet in unpacked(frame):
            messages.read(packet)


def test_bombs_and_lies_about_length_are_refused() -> None:
    bomb = platform.zipped(b"\0" * (packets.LARGEST + 1))
    deep = platform.zipped(platform.zipped(platform.zipped(comment(1, "x"))))
    long = struct.pack(">IHHII", 99, 16, 0, 5, 1)
    short = struct.pack(">IHHII", 8, 16, 0, 5, 1)
    broken = platform.frame(3, 5, b"no brotli")
    large = platform.brotlied(b"\0" * (packets.LARGEST + 1))
    for frame in (bomb, deep, long, short, broken, large, b"\0" * 5):
        with pytest.raises(BadPacket):
            list(unpacked(frame))


class Journal:
    """Takes what is delivered; fails as often as told before."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.texts: list[str] = []

    async def __call__(self, room: str, comments: Sequence[Said]) -> None:
        self.failures -= 1
        if self.failures >= 0:
            raise OSError("database is locked")
        self.texts += [said.text for said in comments]


@contextlib.asynccontextmanager
async def listening(served: OpenLivePlatform, journal: Journal) -> AsyncIterator[None]:
    server = TestServer(served.app())
    await server.start_server()
    served.url = str(server.make_url("")).rstrip("/")
    access = Access(platform.KEY_ID, platform.SECRET, platform.APP_ID, platform.CODE, served.url)
    delivery = Delivery("demo", journal, backoff=(0.01, 0.02))
    tasks = [
        asyncio.create_task(work)
        for work in (delivery.run(), OpenLive(access, delivery, FAST).run())
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def test_comments_come_through_breaks_refusals_and_a_locked_database() -> None:
    gift = message("LIVE_OPEN_PLATFORM_SEND_GIFT", gift_id=1)
    first = [platform.zipped(comment(1, "一"), gift), comment(2, "二"), b"rubbish"]
    served = OpenLivePlatform([first, [platform.brotlied(comment(3, "三"))]], refuse_start=1)
    journal = Journal(failures=2)
    async with listening(served, journal):
        await until(lambda: journal.texts == ["一", "二", "三"] and served.beats >= 2)
    assert served.faults == []
    assert served.called["start"] == 4
    assert served.called["heartbeat"] >= 2
    assert served.called["end"] == 3  # each beginning that succeeded, the last on leaving
