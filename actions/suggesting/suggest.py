"""Suggestions: candidates of the recommender, today's facts, the owner's policy, one final list."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from actions.desk import Desk
from actions.suggesting.occasion import Occasion
from actions.suggesting.policy import Policy
from actions.suggesting.viewer import known_of
from recsys.mining import Pair
from recsys.ranking import (
    Candidates,
    Dropped,
    Facts,
    Moment,
    Ranked,
    Rules,
    Shown,
    Step,
    rank,
    step_at,
)
from recsys.ranking.rules import HIDDEN
from recsys.recommend import Constraints, ItemTable, Query, Recommendation, Recommender
from recsys.recommend.constraints import NO_CONSTRAINTS
from recsys.recommend.reasons import quoted
from shop import catalogue, offering
from shop.catalogue import Product
from shop.impressions import Impression
from shop.offering import Offered

# Candidates that ranking chooses from; more are asked for only where rules leave too few.
POOL = 60
WIDER = 8
CROSS_SOLD = 2
# Lists of one viewer are drawn anew each minute, not at every tap.
_SAME_DRAW_S = 60
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Suggested:
    """One product with why it is here."""

    product: Product
    shown: Shown


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A list, and everything that led to it; `list` is the id its impressions are kept under."""

    list: str
    items: tuple[Suggested, ...]
    dropped: tuple[Dropped, ...]
    policy: str
    moment: Moment
    step: Step

    def impressions(self, occasion: Occasion) -> tuple[Impression, ...]:
        """What to keep of having shown it."""
        return tuple(
            Impression(
                self.list, position, occasion.viewer, occasion.place, occasion.room,
                one.product.sku, one.shown.propensity, self.policy, occasion.now,
            )
            for position, one in enumerate(self.items)
        )  # fmt: skip


class Suggester:
    """Suggestions for one occasion; what is known of the viewer and room is looked up once."""

    def __init__(
        self, desk: Desk, session: Session, occasion: Occasion, recommender: Recommender
    ) -> None:
        self._desk, self._session, self._occasion = desk, session, occasion
        self._recommender, self._items = recommender, recommender.items
        self._known = known_of(session, occasion)
        # A product that left the shop may still be on air in a room that nobody switched.
        on_air = occasion.on_air
        self._air = self._offered([on_air]).get(on_air) if on_air else None

    def suggest(
        self,
        constraints: Constraints = NO_CONSTRAINTS,
        fits: Callable[[str], bool] | None = None,
        without: str | None = None,
    ) -> Suggestion:
        """The list for these constraints, perhaps empty.

        `fits` tells by its title whether an item is what was asked for; where any is, only those
        are taken. `without` is a SKU that is there already.
        """
        query = self._query(constraints, without)
        # What was asked for in hard terms is no occasion to try something else.
        explore = 0.0 if constraints else self.step.explore
        ranked = Ranked((), ())
        for size in (POOL, POOL * WIDER):
            found = self._recommender.recommend(query, size)
            proposed = self._with_pins(query, _proper(found, self._items, fits))
            ranked = self._rank(proposed, self.policy.rules, self._k, explore)
            if len(ranked.shown) >= self._k or len(found) < size:
                break
        return self._made(replace(ranked, dropped=self._never_asked_for() + ranked.dropped))

    def cross_sell(self, product: Product, pairs: Sequence[Pair]) -> Suggestion:
        """What buyers of this product really bought, too; the rules hold here as well."""
        proposed = [
            Recommendation(pair.right, pair.confidence, _co_bought(product.title, pair))
            for pair in pairs
            if pair.right != product.sku
        ]
        # Pins are for lists of their own: none of them was bought with this product.
        rules = replace(self.policy.rules, pins=())
        k = CROSS_SOLD if self._occasion.k is None else self._occasion.k
        return self._made(self._rank(proposed, rules, k, 0.0))

    @property
    def returning(self) -> bool:
        """Whether this viewer did something here before that may show."""
        return bool(self._known.history or self._known.bought_days)

    @cached_property
    def policy(self) -> Policy:
        """The owner's policy in force."""
        return self._desk.policies.current(self._session, self._items)

    @cached_property
    def step(self) -> Step:
        """The step of the ladder that this viewer has reached."""
        return step_at(self.policy.steps, self._known.stay_s)

    @cached_property
    def moment(self) -> Moment:
        """The room and the viewer as ranking takes them."""
        heat = self._desk.heat.of(self._session, self._occasion.room, self._occasion.now)
        air = self._air
        pairs = self._desk.cross_sell.after(air.sku) if air else ()
        return Moment(
            on_air=air.sku if air else None,
            on_air_title=air.title if air else "",
            on_air_category=air.category if air else "",
            clicks=heat.clicks,
            questions=heat.questions,
            together={pair.right: pair.confidence for pair in pairs},
            together_buyers={pair.right: pair.both for pair in pairs},
            bought_days=self._known.bought_days or {},
            stay_s=self._known.stay_s,
        )

    @property
    def _k(self) -> int:
        return self.step.k if self._occasion.k is None else self._occasion.k

    def _query(self, constraints: Constraints, without: str | None) -> Query:
        occasion = self._occasion
        there = frozenset((without,)) if without else frozenset()
        return Query(
            history=self._known.history,
            now=occasion.now,
            text=occasion.text,
            text_vector=occasion.text_vector,
            constraints=constraints,
            on_air=occasion.on_air,
            exclude=self.policy.rules.hidden | self._owned() | there,
            # What is used up may come again; the rules know what is.
            hide_bought=False,
        )

    def _owned(self) -> frozenset[str]:
        """SKUs bought and not due again: asking for them would waste the pool."""
        bought, rules, items = self._known.bought_days or {}, self.policy.rules, self._items
        facts = (
            Facts(sku, items.categories[items.rows[sku]]) for sku in bought if sku in items.rows
        )
        return frozenset(one.sku for one in facts if not rules.is_due(one, bought))

    def _never_asked_for(self) -> tuple[Dropped, ...]:
        """What the recommender was told to leave out, with the rule, for whoever asks why."""
        bought, rules, items = self._known.bought_days or {}, self.policy.rules, self._items
        hidden = [Dropped(sku, HIDDEN) for sku in sorted(rules.hidden) if sku in items.rows]
        owned = (Facts(sku, items.categories[items.rows[sku]]) for sku in sorted(self._owned()))
        kept = ((one.sku, rules.owned_refusal(one, bought)) for one in owned)
        return (*hidden, *(Dropped(sku, rule) for sku, rule in kept if rule))

    def _with_pins(self, query: Query, proposed: list[Recommendation]) -> list[Recommendation]:
        """Pins that may answer come along; to a question in free words only what answers it."""
        if not self.policy.rules.pins or (query.asks and not query.constraints):
            return proposed
        there = {one.sku for one in proposed}
        items = self._items
        rows = items.known([sku for sku in self.policy.rules.pins if sku not in there])
        may = np.zeros(len(items), dtype=np.bool_)
        may[rows] = items.available[rows]
        if query.constraints:
            may = items.satisfying(query.constraints, may)
        return proposed + [Recommendation(items.skus[r], 0.0, "") for r in rows if may[r]]

    def _rank(self, proposed: list[Recommendation], rules: Rules, k: int, explore: float) -> Ranked:
        facts = {
            sku: _facts_of(one, self._occasion.now)
            for sku, one in self._offered(one.sku for one in proposed).items()
        }
        candidates = Candidates.of(proposed, self._items, facts)
        weights, seed = self.policy.weights, _seed(self._occasion)
        return rank(candidates, self.moment, rules, weights, k, explore, seed)

    def _made(self, ranked: Ranked) -> Suggestion:
        products = catalogue.many(self._session, [one.sku for one in ranked.shown])
        # Read in the same transaction as the facts, so what was there is there.
        items = tuple(Suggested(products[one.sku], one) for one in ranked.shown)
        model = self._desk.recommender_version
        policy = f"{model}/r{self.policy.revision}/s{self.step.from_s}"
        return Suggestion(
            secrets.token_hex(8), items, ranked.dropped, policy, self.moment, self.step
        )

    def _offered(self, skus: Iterable[str]) -> dict[str, Offered]:
        return offering.many(self._session, skus)


def _proper(
    proposed: list[Recommendation], items: ItemTable, fits: Callable[[str], bool] | None
) -> list[Recommendation]:
    """Those of the kind that was asked for, or all where none is."""
    if fits is None:
        return proposed
    return [one for one in proposed if fits(items.titles[items.rows[one.sku]])] or proposed


def _facts_of(one: Offered, now: datetime) -> Facts:
    return Facts(
        sku=one.sku,
        category=one.category,
        brand=one.brand,
        price_fen=one.price_fen,
        cost_fen=one.cost_fen,
        stock=one.stock,
        listed=one.status == catalogue.ON,
        age_days=None if one.since is None else (now - one.since).total_seconds() / _DAY,
    )


def _co_bought(title: str, pair: Pair) -> str:
    return f"买了{quoted(title)}的顾客里，有{pair.both}位还买了这款"


def _seed(occasion: Occasion) -> int:
    minute = int(occasion.now.timestamp() // _SAME_DRAW_S)
    said = f"{occasion.viewer}:{occasion.place}:{minute}".encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big")
