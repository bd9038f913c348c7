"""A viewer's question, parsed once from the tracker at the edge of the actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """An FAQ entry whose phrase comes near the question; score in 0..1."""

    faq_id: str
    phrase: str
    score: float
    sku: str


@dataclass(frozen=True, slots=True)
class FaqMatch:
    """What the FAQ matcher found; `accepted` holds candidates at or above the threshold, `clear`
    is the score beyond all doubt.
    """

    exact: str | None = None
    accepted: tuple[Candidate, ...] = ()
    clear: float = 1.0


@dataclass(frozen=True, slots=True)
class Further:
    """Another question in the same comment: its clause and its intent."""

    text: str
    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that an answer may depend on, apart from the shop's own facts."""

    text: str
    intent: str = "nlu_fallback"
    confidence: float = 0.0
    viewer: str = ""
    channel: str = "api"
    room: str | None = None
    on_air: str | None = None
    page_sku: str | None = None
    entities: tuple[Mapping[str, Any], ...] = ()
    faq: FaqMatch = FaqMatch()
    also: tuple[Further, ...] = ()
    slots: Mapping[str, Any] = field(default_factory=dict)
    form: str | None = None
    stayed_s: float = 0.0

    @property
    def in_room(self) -> bool:
        """True where others read along, so that nothing private may be said."""
        return self.channel == "room"

    def values(self, entity: str) -> list[Any]:
        """The values of an entity in this very comment, in order, each once."""
        found = (e.get("value") for e in self.entities if e.get("entity") == entity)
        return list(dict.fromkeys(value for value in found if value is not None))

    def value(self, entity: str) -> Any:
        """The entity in this comment, else as the viewer said it before, else None."""
        values = self.values(entity)
        return values[0] if values else self.slots.get(entity)


def from_tracker(
    latest_message: Mapping[str, Any], slots: Mapping[str, Any], active_loop: Mapping[str, Any]
) -> Question:
    """Read a question out of rasa-sdk's tracker parts; absent parts get their defaults."""
    metadata = latest_message.get("metadata") or {}
    intent = latest_message.get("intent") or {}
    return Question(
        text=str(latest_message.get("text") or ""),
        intent=intent.get("name") or "nlu_fallback",
        confidence=float(intent.get("confidence") or 0.0),
        viewer=str(metadata.get("viewer") or ""),
        channel=str(metadata.get("channel") or "api"),
        room=metadata.get("room"),
        on_air=metadata.get("on_air"),
        page_sku=metadata.get("page_sku"),
        stayed_s=float(metadata.get("stayed_s") or 0.0),
        entities=tuple(latest_message.get("entities") or ()),
        faq=_faq(latest_message.get("faq") or {}),
        also=tuple(
            Further(str(part["text"]), str(part["name"]), float(part["confidence"]))
            for part in latest_message.get("also") or ()
        ),
        slots=dict(slots),
        form=active_loop.get("name"),
    )


def _faq(found: Mapping[str, Any]) -> FaqMatch:
    # What the gate held up to the candidates of this very comment: a bar of our own beside it
    # would drop what the gate has decided for.
    threshold = float(found.get("threshold", 1.0))
    candidates = (
        Candidate(c["faq_id"], c.get("phrase", ""), float(c["score"]), c.get("sku") or "")
        for c in found.get("candidates", ())
    )
    accepted = tuple(c for c in candidates if c.score >= threshold)
    return FaqMatch(found.get("exact"), accepted, float(found.get("clear_threshold", 1.0)))
