"""Reading what the console sends: JSON bodies to drafts, at the edge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shop.faq import FaqEntry
from shop.faq_draft import FaqDraft
from shop.own_intent_draft import OwnIntentDraft
from shop.own_intents import OwnIntent
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


def faq_draft(body: Body) -> FaqDraft:
    """An FAQ entry as typed; what it says is checked by the shop."""
    return FaqDraft(
        question=text(body, "question", ""),
        answer=text(body, "answer", ""),
        similar=texts(body, "similar"),
        sku=text(body, "sku", "") or None,
        category=text(body, "category", ""),
        valid_from=moment(body, "valid_from"),
        valid_to=moment(body, "valid_to"),
    )


def own_draft(body: Body) -> OwnIntentDraft:
    """An own intent as typed."""
    return OwnIntentDraft(
        text(body, "title", ""),
        texts(body, "examples"),
        text(body, "reply", ""),
        text(body, "action", ""),
    )


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


def bad(name: str, reason: str) -> ApiError:
    """The refusal of one field."""
    return ApiError(400, "bad_field", f"{name}：{reason}", field=name)


def faq_json(entry: FaqEntry) -> dict[str, Any]:
    """An FAQ entry for the page."""
    return {
        "faq_id": entry.faq_id,
        "question": entry.question,
        "similar": list(entry.similar),
        "answer": entry.answer,
        "sku": entry.sku,
        "category": entry.category,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "version": entry.version,
    }


def own_json(intent: OwnIntent) -> dict[str, Any]:
    """An own intent for the page."""
    return {
        "name": intent.name,
        "title": intent.title,
        "examples": list(intent.examples),
        "reply": intent.reply,
        "action": intent.action,
        "version": intent.version,
    }
