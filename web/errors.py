"""One JSON error shape for every refusal, and the one table that maps domain errors to it.

Handlers and domain functions raise; only this module knows status codes. An error that is not
in the table is a fault of ours: it is logged with its trace and answered without one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from shop.catalogue import UnknownProduct
from shop.confirmed import UnknownConfirmed
from shop.database import DatabaseBusy
from shop.errors import InvalidField
from shop.faq import UnknownFaq
from shop.handoff import UnknownItem
from shop.own_intents import UnknownOwnIntent
from shop.room_lease import RoomHeld
from shop.rooms import UnknownRoom
from shop.words import UnknownWord
from web.chat import TooManyMessages
from web.door import LinkRefused, NotSignedIn
from web.gateway import AssistantFailed, AssistantUnavailable
from web.jobs.versions import NoModel, UnknownVersion
from web.sessions import SessionInvalid

logger = logging.getLogger(__name__)


class Refusal(NamedTuple):
    """How one kind of error leaves the house; never in its own words, which may quote input."""

    status: int
    code: str
    message: str


class ApiError(Exception):
    """A refusal decided at the HTTP edge itself (bad JSON, wrong key, too many messages)."""

    def __init__(self, status: int, code: str, message: str, **detail: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail


DOMAIN_ERRORS: dict[type[Exception], Refusal] = {
    UnknownProduct: Refusal(404, "unknown_sku", "there is no such product in the catalogue"),
    UnknownRoom: Refusal(404, "unknown_room", "there is no such room"),
    SessionInvalid: Refusal(401, "session_invalid", "会话已失效，请刷新页面重新开始"),
    NotSignedIn: Refusal(401, "not_signed_in", "请先用启动时打印的登录链接进入控制台"),
    LinkRefused: Refusal(401, "link_refused", "登录链接已用过或已过期，请重新获取"),
    UnknownFaq: Refusal(404, "unknown_faq", "这条问答已经不在了"),
    UnknownOwnIntent: Refusal(404, "unknown_intent", "这个话题已经不在了"),
    UnknownWord: Refusal(404, "unknown_word", "这个词已经不在了"),
    UnknownConfirmed: Refusal(404, "unknown_confirmed", "没有这一条"),
    UnknownItem: Refusal(404, "unknown_item", "没有这个待办，可能是别的直播间的"),
    UnknownVersion: Refusal(404, "unknown_model", "没有这个模型"),
    NoModel: Refusal(409, "model_damaged", "这个模型的文件不完整，不能使用"),
    RoomHeld: Refusal(409, "room_held", "这个直播间正由另一个播小二进程接待"),
    DatabaseBusy: Refusal(503, "busy", "系统正忙，请稍后再试"),
    # Disk full, file locked by another program, server gone: whatever it is, nothing was kept.
    OperationalError: Refusal(503, "database_unavailable", "数据暂时存不进去，请稍后再试"),
    NoConnection: Refusal(503, "busy", "系统正忙，请稍后再试"),
    TooManyMessages: Refusal(429, "too_many_messages", "您发得太快啦，请等我答完再发～"),
    AssistantUnavailable: Refusal(503, "assistant_unavailable", "小助手正在启动，请稍后再试"),
    AssistantFailed: Refusal(502, "assistant_failed", "小助手刚才没答上来，请再试一次"),
}

# Errors that carry what the page has to show (a field, the other tab's version): what they are
# told as. The packages that raise them add their rows.
TELLING: dict[type[Exception], Callable[[Any], ApiError]] = {
    InvalidField: lambda error: ApiError(400, "bad_field", error.reason, field=error.field),
}

_HTTP_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    411: "length_required",
    413: "too_large",
    415: "unsupported_media_type",
    426: "upgrade_required",
}
_INTERNAL = Refusal(500, "internal", "something went wrong on our side; it has been logged")


def error_body(code: str, message: str, **detail: Any) -> dict[str, Any]:
    """The JSON object of every error: {"error": {"code", "message", ...}}."""
    return {"error": {"code": code, "message": message, **detail}}


def error_response(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **detail: Any
) -> web.Response:
    """An error as a finished response."""
    return web.json_response(
        error_body(code, message, **detail), status=status, headers=headers or {}
    )


def refusal_of(error: Exception) -> Refusal | None:
    """The table's row for this error or the nearest of its base classes; None if unknown."""
    for kind in type(error).__mro__:
        if kind in DOMAIN_ERRORS:
            return DOMAIN_ERRORS[kind]
    return None


def public_error(error: Exception) -> dict[str, Any]:
    """The error body that may be shown outside; unknown errors are logged and hidden."""
    error = told(error)
    if isinstance(error, ApiError):
        return error_body(error.code, error.message, **error.detail)
    row = refusal_of(error)
    if isinstance(error, OperationalError):
        logger.error("the database does not answer: %s", error.orig)
    if row is None:
        logger.error("unexpected %s", type(error).__name__, exc_info=error)
        row = _INTERNAL
    return error_body(row.code, row.message)


def changed_meanwhile(
    shown: Callable[[Any], Mapping[str, Any]], message: str
) -> Callable[[Any], ApiError]:
    """How a ChangedMeanwhile is told: 409, with the other's version as the page gets it."""
    return lambda e: ApiError(409, "changed_meanwhile", message, current=shown(e.current))


def told(error: Exception) -> Exception:
    """The refusal with its details where TELLING has a row, else the error itself."""
    for kind in type(error).__mro__:
        if kind in TELLING:
            return TELLING[kind](error)
    return error


def _respond(error: Exception) -> web.Response:
    error = told(error)
    body = public_error(error)
    if isinstance(error, ApiError):
        status = error.status
    else:
        status = (refusal_of(error) or _INTERNAL).status
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    if status == 503:
        headers["Retry-After"] = "5"
    return web.json_response(body, status=status, headers=headers)


def _respond_http(error: web.HTTPException) -> web.Response:
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    code = _HTTP_CODES.get(error.status, "http_error")
    return error_response(error.status, code, error.reason, headers)


@web.middleware
async def error_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into the one error shape."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _respond_http(error)
    except ConnectionResetError:
        raise  # the client has left; there is nobody to answer
    except Exception as error:
        return _respond(error)
