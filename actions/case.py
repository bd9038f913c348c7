"""One question on the desk: what a reply function is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from actions.answer import Answer
from actions.desk import Desk
from actions.question import Question
from shop.catalogue import Product


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the product that it is about, and the means to answer it."""

    question: Question
    product: Product | None
    session: Session
    desk: Desk
    now: datetime


Rung = Callable[[Case], Answer | None]


@dataclass(frozen=True, slots=True)
class Reply:
    """How an action answers: its own facts, its rule, and whether it needs a product."""

    fact: Rung | None = None
    order: Rung | None = None
    rule: Rung | None = None
    needs_product: bool = False
    # What the host is told when nothing is known.
    unknown: str = "unknown_fact"
    # Small talk and refusals must not be overtaken by an FAQ that happens to sound alike.
    faq: bool = True
