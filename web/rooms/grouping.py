"""Group: which comments are the same question."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.precedence import SURE_INTENT
from actions.replies.table import INTENT_ACTIONS, REPLIES
from shop.rooms import Comment
from web.rooms.naming import display_name
from web.rooms.reasons import PERSONAL, SHOP_WIDE, UNKNOWN_INTENT

# Slots that make another question of the same words.
SLOTS = ("size", "color", "height", "weight", "city", "skin_type", "budget", "quantity", "order_no")
# Intent and slots do not tell these questions apart (which attribute? what kind of thing?): only
# the same words are the same question.
OWN_WORDS = frozenset(
    {
        UNKNOWN_INTENT,
        "ask_recommend",
        "ask_compare",
        "ask_spec",
        "ask_usage",
        "ask_suitability",
        "ask_host_show",
        "complaint",
        "inform",
    }
)
LinkedSku = Callable[[int], str | None]


@dataclass(frozen=True, slots=True)
class Question:
    """What a comment asks: intent, the product in question, the slots that matter, the FAQ."""

    intent: str
    sku: str | None
    slots: tuple[tuple[str, str], ...] = ()
    faq_id: str | None = None
    also: tuple[str, ...] = ()  # what else the same comment asks
    text: str = ""  # set only where nothing else tells two questions apart
    like: str = ""  # for an intent of the owner's own: what it is grouped like

    @property
    def kind(self) -> str:
        """The intent whose ways of grouping hold here."""
        return self.like or self.intent

    @property
    def personal(self) -> bool:
        """Whether each viewer gets an answer of their own."""
        return self.kind in PERSONAL


@dataclass(frozen=True, slots=True)
class Key:
    """One group: the question, and the viewer where the answer is theirs alone."""

    question: Question
    viewer: str = ""


@dataclass(slots=True)
class Asker:
    """One comment on its way to an answer; `asked_at` in seconds of the engine's clock."""

    comment: Comment
    text: str  # normalised
    on_air: str | None
    asked_at: float
    probability: float = 1.0
    sure: bool = True


@dataclass(slots=True)
class Group:
    """Those who ask the same, and how their question was understood."""

    key: Key
    parse: Mapping[str, Any]
    on_air: str | None
    askers: list[Asker] = field(default_factory=list)
    attempts: int = 0
    propensity: float = 0.0  # of the likeliest buyer among them, as of judged_at
    judged_at: float = -math.inf

    @property
    def first(self) -> Asker:
        """The one who is asked about on behalf of all."""
        return self.askers[0]

    @property
    def names(self) -> list[str]:
        """What to call the askers in public."""
        return [display_name(asker.comment) for asker in self.askers]


def understand(
    parse: Mapping[str, Any], text: str, on_air: str | None, linked: LinkedSku, like: str = ""
) -> Question:
    """The question in a parse result; `text` is normalised, `linked` knows link numbers.

    `like` is the shipped intent that an own one is grouped like.
    """
    intent = intent_of(parse)
    entities = [entity for entity in parse.get("entities") or () if isinstance(entity, Mapping)]
    sku = _product(entities, linked) or on_air
    # An FAQ that is near enough may overtake any intent's own answer (新疆包邮吗 is not 包邮吗),
    # so two questions with different FAQs are two, whatever their intent.
    faq_id = _faq_id(parse)
    alone = (like or intent) in OWN_WORDS or (intent == "faq" and faq_id is None)
    also = tuple(sorted(str(part.get("name")) for part in parse.get("also") or ()))
    like = "" if like == intent else like
    return Question(intent, sku, _slots(entities), faq_id, also, text if alone else "", like)


def intent_of(parse: Mapping[str, Any]) -> str:
    """The intent in a parse result."""
    return str((parse.get("intent") or {}).get("name") or UNKNOWN_INTENT)


def key_of(question: Question, viewer: str, *, crowded: bool = False) -> Key:
    """The group that this viewer's question belongs to.

    In a crowded room those who ask for something of their own share the public hint: asking on
    behalf of each would cost all the others their answer.
    """
    if crowded and question.personal and not question.slots and question.kind != "inform":
        return Key(shown_once(question))
    # Without a product named or on air, "多少钱" means the last one that this viewer looked at.
    lost = question.sku is None and question.kind not in SHOP_WIDE
    return Key(question, viewer if question.personal or lost else "")


def shown_once(question: Question) -> Question:
    """What a room need be told only once, however many are answered for themselves."""
    return Question(question.intent, question.sku) if question.personal else question


def _product(entities: list[Mapping[str, Any]], linked: LinkedSku) -> str | None:
    for entity in entities:
        if entity.get("entity") == "product" and isinstance(entity.get("value"), str):
            return str(entity["value"])
    for entity in entities:
        if entity.get("entity") == "link_no" and isinstance(entity.get("value"), int):
            return linked(entity["value"])
    return None


def _slots(entities: list[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    found = {
        (str(entity["entity"]), f"{entity.get('role') or ''}{entity.get('value')}")
        for entity in entities
        if entity.get("entity") in SLOTS
    }
    return tuple(sorted(found))


def _faq_id(parse: Mapping[str, Any]) -> str | None:
    faq = parse.get("faq") or {}
    if faq.get("exact"):
        return str(faq["exact"])
    best = next(iter(faq.get("candidates") or ()), None)
    if not best or not faq.get("accepted") or _rule_first(parse, best):
        return None
    return str(best["faq_id"])


def _rule_first(parse: Mapping[str, Any], best: Mapping[str, Any]) -> bool:
    """Whether the shop's rule is given and not this entry (actions.precedence): then the entry
    tells no questions apart.
    """
    reply = REPLIES.get(INTENT_ACTIONS.get(intent_of(parse), ""))
    ruled = reply is not None and reply.rule is not None
    sure = float((parse.get("intent") or {}).get("confidence") or 0.0) >= SURE_INTENT
    clear = float((parse.get("faq") or {}).get("clear_threshold", 1.0))
    return ruled and sure and not best.get("sku") and float(best.get("score", 0.0)) < clear
