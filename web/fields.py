"""Reading the fields of what the owner's pages send; every refusal names its field in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from web.errors import ApiError

# The owner's dates are days of the shop, wherever the server stands.
SHOP_TIME = ZoneInfo("Asia/Shanghai")
MOST = 2_000

Body = Mapping[str, Any]


def text(body: Body, name: str, default: str | None = None) -> str:
    """A text; `default` where it is absent. Raises ApiError 400 `bad_field`."""
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise bad(name, "应该是文字")
    return value


def texts(body: Body, name: str) -> tuple[str, ...]:
    """A list of texts; absent is empty."""
    value = body.get(name)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad(name, "应该是一组文字")
    return tuple(value[:MOST])


def numbers(body: Body, name: str) -> tuple[int, ...]:
    """A list of whole numbers, at least one."""
    value = body.get(name)
    if not isinstance(value, list) or not value:
        raise bad(name, "应该是一组编号")
    if not all(isinstance(item, int) and 0 <= item < 2**63 for item in value):
        raise bad(name, "应该是一组编号")
    return tuple(value[:MOST])


def version(body: Body) -> int:
    """The version that was on the page."""
    value = body.get("version")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise bad("version", "应该是页面上的版本号")
    return value


def moment(body: Body, name: str) -> datetime | None:
    """A moment in ISO 8601; without a zone it is the shop's. Blank is none."""
    value = text(body, name, "").strip()
    if not value:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError as error:
        raise bad(name, "日期看不懂，请写成 2026-11-30 这样") from error
    dated = read if read.tzinfo else read.replace(tzinfo=SHOP_TIME)
    return dated.astimezone(UTC)


def flag(body: Body, name: str, default: bool | None = None) -> bool:
    """On or off; `default` where it is absent."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise bad(name, "应该是开或关")
    return value


def whole(body: Body, name: str) -> int | None:
    """A whole number that a database column holds; absent is none."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise bad(name, "应该是数字")
    return value


def query_number(request: web.Request, name: str, default: int | None = None) -> int:
    """A whole number of the query; without `default` it has to be there."""
    written = request.query.get(name, "" if default is None else str(default))
    if not (written.isascii() and written.isdigit()) or len(written) > 9:
        raise bad(name, "应该是数字")
    return int(written)


def bad(name: str, reason: str) -> ApiError:
    """The refusal of one field."""
    return ApiError(400, "bad_field", f"{name}：{reason}", field=name)
