"""Messages of Bilibili's open platform to comments; other kinds give none."""

from __future__ import annotations

import json

from web.rooms.connectors.bilibili.packets import Operation, Packet
from web.rooms.connectors.said import Said, identifier, moment

# A comment, and one that its viewer paid for (醒目留言): the text has another name there.
TEXTS = {"LIVE_OPEN_PLATFORM_DM": "msg", "LIVE_OPEN_PLATFORM_SUPER_CHAT": "message"}
IDS = ("msg_id", "message_id")
# open_id has replaced uid, which is 0 for applications made since 2024.
VIEWERS = ("open_id", "uid")


def read(packet: Packet) -> Said | None:
    """The comment in a packet; None where it holds none."""
    if packet.operation != Operation.MESSAGE:
        return None
    try:
        message = json.loads(packet.body)
    except (ValueError, RecursionError):
        return None
    data = message.get("data") if isinstance(message, dict) else None
    field = TEXTS.get(str(message.get("cmd"))) if isinstance(data, dict) else None
    if field is None or not isinstance(data, dict) or not isinstance(data.get(field), str):
        return None
    said_id, viewer = _first(data, IDS), _first(data, VIEWERS)
    if not said_id or not viewer:
        return None
    name = data.get("uname")
    shown = name if isinstance(name, str) else ""
    return Said(said_id, viewer, shown, data[field], moment(data.get("timestamp")))


def _first(data: dict[str, object], names: tuple[str, ...]) -> str:
    found = (identifier(data.get(name)) for name in names)
    return next((value for value in found if value not in ("", "0")), "")
