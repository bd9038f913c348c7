"""What the filters make of a sentence: as a viewer's comment, and as the shop's own words."""

from __future__ import annotations

from typing import Any

from shop.compliance import OWN_ARTICLE, Hit, Rulebook, check
from web.rooms.moderation import Finding
from web.rooms.reasons import label
from web.rooms.wording import Wording

HOW = {"word": "词表", "sound": "同音", "detail": "号码或链接"}


def tried(text: str, wording: Wording) -> dict[str, Any]:
    """Both verdicts, with the rules that lead to them."""
    finding = wording.moderator.find(text)
    return {"comment": dropped(finding) if finding else None, "said": said(text, wording.book)}


def dropped(finding: Finding) -> dict[str, Any]:
    """Why a comment would be dropped."""
    return {
        "reason": finding.kind,
        "label": label("dropped", finding.kind),
        "word": finding.word,
        "found": finding.found,
        "how": HOW[finding.by],
        "own": finding.own,
    }


def said(text: str, book: Rulebook) -> dict[str, Any]:
    """What the shop would say instead, or that it would say nothing."""
    verdict = check(text, book)
    return {
        "text": verdict.text,
        "held": verdict.held,
        "hits": [_hit(hit) for hit in (*verdict.holds, *verdict.replaced)],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "rule": hit.name,
        # An article without a law is one of 广告法.
        "article": f"广告法{hit.article}" if hit.article.startswith("第") else hit.article,
        "found": hit.found,
        "replacement": hit.replacement,
        "own": hit.article == OWN_ARTICLE,
    }
