"""Reading JSON bodies at the edge: whatever arrives, a dict of storable values or a 400."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from aiohttp import web

from shop.errors import ShopError
from web.errors import ApiError

CHAT_BODY_LIMIT = 64 * 1024
# Primary keys are 64 bits wide; larger numbers are nobody's.
LARGEST_KEY = 2**63 - 1


async def json_object(request: web.Request, limit: int | None = None) -> dict[str, Any]:
    """The request's JSON object. Raises ApiError 400 `bad_json` or 413 `too_large` (bytes)."""
    if limit is not None and (request.content_length or 0) > limit:
        raise _too_large(limit)
    raw = await request.read()
    if limit is not None and len(raw) > limit:
        raise _too_large(limit)
    return parse_object(raw)


def parse_object(raw: bytes | str) -> dict[str, Any]:
    """The JSON object in `raw`, free of what a database cannot store. Raises ApiError 400."""
    try:
        value = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "bad_json", "the body is not valid JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise ApiError(400, "bad_json", "the body must be a JSON object")
    return {storable(key): _clean(item) for key, item in value.items()}


def text_field(body: dict[str, Any], name: str, limit: int) -> str | None:
    """An optional text of at most `limit` characters. Raises ApiError 400 `bad_field`."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ApiError(400, "bad_field", f"{name} must be a text", field=name)
    if len(value) > limit:
        raise ApiError(400, "bad_field", f"{name} is longer than {limit} characters", field=name)
    return value


def row_number(request: web.Request, unknown: type[ShopError]) -> int:
    """The `{pk}` of the path; one that no row can have raises `unknown`."""
    text = request.match_info["pk"]
    if len(text) > 19 or int(text) > LARGEST_KEY:
        raise unknown(text[:20])
    return int(text)


def storable(text: str) -> str:
    """The text without NUL and half surrogate pairs, which JSON allows and databases refuse."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _clean(item) for key, item in value.items()}
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _too_large(limit: int) -> ApiError:
    return ApiError(413, "too_large", f"the body is larger than {limit} bytes")
