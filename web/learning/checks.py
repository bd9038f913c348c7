"""What a new phrasing would be taken for, and what else viewers have said that means the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from recsys.embedding import default_encoder
from recsys.embedding.phrases import PhraseIndex
from recsys.embedding.text import normalise
from shop import inbox, rooms
from shop.database import Database
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway
from web.learning.titles import title_of
from web.learning.vectors import Vectors

MOST_PHRASES = 20
# By wording and meaning alone, while the assistant is away.
ALONE_NEAR = 0.75
SUGGESTED, SUGGESTION_NEAR = 12, 0.5
MINED_DAYS, MINED_TEXTS = 30, 4_000
LONGEST_SUGGESTION = 60

Conflict = dict[str, Any]


async def conflicts(
    gateway: Gateway,
    index: PhraseIndex | None,
    vectors: Vectors,
    phrases: Sequence[str],
    faq_id: str | None,
) -> list[Conflict]:
    """For each phrase the other FAQ or intent that would answer it, if one would.

    Asks the running assistant, which decides when a viewer types it; without one, only the FAQ
    is compared.
    """
    found = []
    for phrase in phrases[:MOST_PHRASES]:
        try:
            parse = await gateway.parse(phrase)
        except (AssistantUnavailable, AssistantFailed):
            conflict = _by_index(index, vectors, phrase, faq_id)
        else:
            conflict = _by_parse(parse, phrase, faq_id)
        if conflict is not None:
            found.append(conflict)
    return found


def _by_parse(parse: dict[str, Any], phrase: str, faq_id: str | None) -> Conflict | None:
    known, gate = parse.get("faq") or {}, parse.get("gate") or {}
    candidates = known.get("candidates") or []
    other = next((hit for hit in candidates if hit["faq_id"] != faq_id), None)
    own = next((hit["score"] for hit in candidates if hit["faq_id"] == faq_id), 0.0)
    exact = known.get("exact")
    if exact and exact != faq_id:
        return _faq_conflict(phrase, exact, phrase, 1.0)
    if other and other["score"] >= max(float(known.get("threshold", 1.0)), own):
        return _faq_conflict(phrase, other["faq_id"], other["phrase"], other["score"])
    if gate.get("verdict") == "intent" and not exact:
        title = title_of(str(gate.get("intent")))
        score = round(float(gate.get("intent_confidence") or 0.0), 3)
        return {
            "phrase": phrase,
            "kind": "intent",
            "neighbour": title,
            "score": score,
            "note": f"原来会被当成「{title}」来回答；保存后，一模一样的问法由这条回答",
        }
    return None


def _by_index(
    index: PhraseIndex | None, vectors: Vectors, phrase: str, faq_id: str | None
) -> Conflict | None:
    hits = index.search(vectors.of([phrase])[0], phrase, 2) if index else []
    other = next((hit for hit in hits if hit.faq_id != faq_id), None)
    if other is None or other.score < ALONE_NEAR:
        return None
    return _faq_conflict(phrase, other.faq_id, other.phrase, other.score)


def _faq_conflict(phrase: str, faq_id: str, neighbour: str, score: float) -> Conflict:
    return {
        "phrase": phrase,
        "kind": "faq",
        "faq_id": faq_id,
        "neighbour": neighbour,
        "score": round(score, 3),
        "note": f"和已有问法「{neighbour}」太近，可能会答成那一条",
    }


def suggestions(
    database: Database, index: PhraseIndex | None, vectors: Vectors, phrases: Sequence[str]
) -> list[dict[str, Any]]:
    """Real comments that mean what `phrases` mean, and are in no FAQ yet; nearest first."""
    if not phrases:
        return []
    counts = _asked(database)
    known = {normalise(text) for text in (*phrases, *(index.texts if index else ()))}
    texts = [text for text in counts if normalise(text) not in known]
    if not texts:
        return []
    cosines = (vectors.of(texts) @ vectors.of(list(phrases)).T).max(axis=1)
    nearness = default_encoder().nearness(cosines)
    best = sorted(zip(nearness.tolist(), texts, strict=True), reverse=True)[:SUGGESTED]
    return [
        {"text": text, "count": counts[text], "score": round(score, 3)}
        for score, text in best
        if score >= SUGGESTION_NEAR
    ]


def _asked(database: Database) -> Counter[str]:
    """Questions of the last days, of rooms and of chats, each with how often it was asked."""
    since = datetime.now(UTC) - timedelta(days=MINED_DAYS)
    with database.read() as session:
        texts = inbox.texts_since(session, since, MINED_TEXTS)
        texts += rooms.questions_since(session, since, MINED_TEXTS)
    return Counter(text for text in texts if len(text) <= LONGEST_SUGGESTION)
