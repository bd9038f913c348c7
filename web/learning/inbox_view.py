"""The inbox as the owner reads it: open questions in groups, with the FAQ that comes nearest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from recsys.embedding import default_encoder
from recsys.embedding.phrases import PhraseHit, PhraseIndex
from recsys.mining import NEAR, Asked, QuestionGroup, group_questions
from shop import faq, inbox
from shop.database import Database
from shop.inbox import Question
from web.learning.vectors import Vectors

SHOWN_GROUPS, SHOWN_TEXTS = 100, 20
MATCHES = 3
# A vote against an answer says more than a question that nobody knew.
WEIGHTS = {inbox.THUMBS_DOWN: 2.0}


@dataclass(frozen=True, slots=True)
class Inbox:
    """Groups of open questions, and how many questions there are."""

    groups: list[dict[str, Any]]
    open: int


def read(database: Database, index: PhraseIndex | None, vectors: Vectors) -> Inbox:
    """Group what is open; the most asked and most buying-minded first."""
    with database.read() as session:
        questions = inbox.open_questions(session)
        count = inbox.count_open(session)
    asked = [_asked(question) for question in questions]
    near = NEAR * (1.0 - default_encoder().settings.unrelated)
    groups = group_questions(asked, vectors.of([q.text for q in questions]), near)[:SHOWN_GROUPS]
    found = [_matches(index, group, vectors) for group in groups]
    with database.read() as session:
        entries = faq.many(session, {hit.faq_id for hits in found for hit in hits})
    return Inbox(
        [
            _shown(group, questions, list(_known(hits, entries)))
            for group, hits in zip(groups, found, strict=True)
        ],
        count,
    )


def _asked(question: Question) -> Asked:
    weight = WEIGHTS.get(question.reason, 1.0) * (1.0 + question.propensity)
    return Asked(question.text, weight, question.asked_at.timestamp())


def _matches(
    index: PhraseIndex | None, group: QuestionGroup, vectors: Vectors
) -> Sequence[PhraseHit]:
    if index is None:
        return ()
    return index.search(vectors.of([group.title])[0], group.title, MATCHES)


def _known(hits: Sequence[PhraseHit], entries: dict[str, faq.FaqEntry]) -> Iterator[dict[str, Any]]:
    # An entry may have been deleted since the index was made.
    yield from (_match(hit, entries[hit.faq_id]) for hit in hits if hit.faq_id in entries)


def _match(hit: PhraseHit, entry: faq.FaqEntry) -> dict[str, Any]:
    return {
        "faq_id": entry.faq_id,
        "question": entry.question,
        "answer": entry.answer,
        "version": entry.version,
        "score": round(hit.score, 3),
    }


def _shown(
    group: QuestionGroup, questions: Sequence[Question], matches: list[dict[str, Any]]
) -> dict[str, Any]:
    members = [questions[row] for row in group.rows]
    newest = max(members, key=lambda question: question.asked_at)
    wrong = Counter(q.faq_id for q in members if q.reason == inbox.THUMBS_DOWN and q.faq_id)
    skus = Counter(question.sku for question in members if question.sku)
    return {
        "title": group.title,
        "count": len(members),
        "viewers": len({question.viewer for question in members}),
        "reasons": dict(Counter(question.reason for question in members)),
        # What the advertising law held back of the replies.
        "rules": sorted({question.rule for question in members if question.rule}),
        "rooms": sorted({question.room for question in members if question.room}),
        "last_asked": newest.asked_at.isoformat(),
        "pks": [question.pk for question in members],
        "texts": list(dict.fromkeys(question.text for question in members))[:SHOWN_TEXTS],
        "sku": skus.most_common(1)[0][0] if skus else None,
        # The entry whose answer viewers voted against: to be corrected, not doubled.
        "wrong_faq_id": wrong.most_common(1)[0][0] if wrong else None,
        "matches": matches,
    }
