"""Column and event names of the frames that recsys takes, written once.

Frames come from `shop.catalogue.frame`, `shop.events.frame`, `shop.orders.frame`, or from files
with the same headers. Money is int fen, time is UTC.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

# Items
SKU: Final = "sku"
TITLE: Final = "title"
CATEGORY: Final = "category"
BRAND: Final = "brand"
PRICE_FEN: Final = "price_fen"
STOCK: Final = "stock"
STATUS: Final = "status"
LINK_NO: Final = "link_no"
DESCRIPTION: Final = "description"
TEXT: Final = "text"

ON: Final = "on"

# Events and orders
VIEWER: Final = "viewer"
TS: Final = "ts"
EVENT: Final = "event"
VALUE: Final = "value"
PAID_FEN: Final = "paid_fen"
DISCOUNT_FEN: Final = "discount_fen"


class Event(StrEnum):
    """What a viewer can do; a dwell's `value` is its length in seconds."""

    VIEW = "view"
    CLICK = "click"
    DWELL = "dwell"
    LIKE = "like"
    COMMENT = "comment"
    SHARE = "share"
    FOLLOW = "follow"
    CART = "cart"
    ORDER = "order"
    PAY = "pay"
    REFUND = "refund"
    COUPON_VIEW = "coupon_view"
    COUPON_CLAIM = "coupon_claim"
    COUPON_USE = "coupon_use"


PURCHASES: Final = frozenset({Event.ORDER, Event.PAY})
