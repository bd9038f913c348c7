"""Bundles of two products: what the owner decided, and a price that keeps a margin."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.bulk import upsert
from shop.catalogue import Product
from shop.errors import InvalidField
from shop.models import BundleRow, table_of

ACCEPTED, DISMISSED = "accepted", "dismissed"
STATES = (ACCEPTED, DISMISSED)
# Off both prices together, as far as the margin allows.
USUAL_OFF = 0.1
# Of the bundle's price, what has to be left above the cost.
LEAST_MARGIN = 0.2
_BUNDLE = table_of(BundleRow)


class BundleInvalid(InvalidField):
    """A decision that cannot be kept."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Two products, what was decided, and at which price (None: dismissed, or none set)."""

    left: str
    right: str
    state: str
    price_fen: int | None
    at: datetime


def decided(session: Session) -> dict[tuple[str, str], Bundle]:
    """Every decision, by the two SKUs in order."""
    columns = [_BUNDLE.c[field.name] for field in fields(Bundle)]
    found = (Bundle(*row) for row in session.execute(select(*columns)))
    return {(bundle.left, bundle.right): bundle for bundle in found}


def decide(
    session: Session, skus: tuple[str, str], state: str, price_fen: int | None, now: datetime
) -> Bundle:
    """Keep the owner's decision, in place of an earlier one; raises BundleInvalid."""
    left, right = sorted(skus)
    if state not in STATES:
        raise BundleInvalid("state", "请选择采用或忽略")
    if left == right:
        raise BundleInvalid("skus", "搭配要有两件不同的商品")
    if state == ACCEPTED and not price_fen:
        raise BundleInvalid("price_fen", "请写一个搭配价")
    price = price_fen if state == ACCEPTED else None
    row = {"left": left, "right": right, "state": state, "price_fen": price, "at": now}
    upsert(session, _BUNDLE, [row])
    return Bundle(left, right, state, price, now.astimezone(UTC))


def suggested_price(left: Product, right: Product) -> int | None:
    """A tenth off both, down to whole yuan, but never below what keeps LEAST_MARGIN.

    None where a cost is unknown, for then no price is known to be sound; the plain sum where even
    that does not keep the margin.
    """
    whole = left.price_fen + right.price_fen
    if left.cost_fen is None or right.cost_fen is None:
        return None
    floor = (left.cost_fen + right.cost_fen) / (1 - LEAST_MARGIN)
    wished = int(whole * (1 - USUAL_OFF)) // 100 * 100
    if wished >= floor:
        return wished
    up = -int(-floor // 100) * 100
    return min(up, whole)
