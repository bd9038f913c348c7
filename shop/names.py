"""Names that the shop's tables, importers and frames share."""

from __future__ import annotations

EVENTS = (
    "view", "click", "dwell", "like", "comment", "share", "follow", "cart", "order", "pay",
    "refund", "coupon_view", "coupon_claim", "coupon_use",
)  # fmt: skip

ORDER_STATUSES = (
    "created", "paid", "packed", "shipped", "delivered", "refunding", "refunded", "cancelled",
)  # fmt: skip

ANSWERED, MERGED, HANDED_OVER, DROPPED = "answered", "merged", "handed_over", "dropped"
OUTCOMES = (ANSWERED, MERGED, HANDED_OVER, DROPPED)
