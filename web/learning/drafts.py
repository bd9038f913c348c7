"""FAQ entries and own intents as the console sends and gets them."""

from __future__ import annotations

from typing import Any

from shop.faq import FaqEntry
from shop.faq_draft import FaqDraft
from shop.own_intent_draft import OwnIntentDraft
from shop.own_intents import OwnIntent
from web import fields


def faq_draft(body: fields.Body) -> FaqDraft:
    """An FAQ entry as typed; what it says is checked by the shop."""
    return FaqDraft(
        question=fields.text(body, "question", ""),
        answer=fields.text(body, "answer", ""),
        similar=fields.texts(body, "similar"),
        sku=fields.text(body, "sku", "") or None,
        category=fields.text(body, "category", ""),
        valid_from=fields.moment(body, "valid_from"),
        valid_to=fields.moment(body, "valid_to"),
    )


def own_draft(body: fields.Body) -> OwnIntentDraft:
    """An own intent as typed."""
    return OwnIntentDraft(
        fields.text(body, "title", ""),
        fields.texts(body, "examples"),
        fields.text(body, "reply", ""),
        fields.text(body, "action", ""),
    )


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
