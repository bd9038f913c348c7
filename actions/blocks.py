"""Reply blocks: the dictionaries that every channel renders (kinds in docs/contracts.md)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shop.catalogue import Product
from shop.coupons import Coupon

Block = dict[str, Any]


def text(message: str, *, private: bool = False) -> Block:
    """A line of text; a private one is shown to the viewer alone, never in a room."""
    return _mark({"type": "text", "text": message}, private)


def product_card(product: Product, *, reason: str = "", shown: str = "") -> Block:
    """A product with its price in fen; absent facts are left out, not blanked.

    `shown`, LIST:POSITION, is what a page sends back when a recommended product is tapped.
    """
    card: Block = {
        "type": "product_card",
        "sku": product.sku,
        "title": product.title,
        "price_fen": product.price_fen,
        "stock": product.stock,
    }
    optional = {
        "list_price_fen": product.list_price_fen,
        "link_no": product.link_no,
        "image_url": product.image_url,
        "reason": reason,
        "shown": shown,
    }
    return card | {key: value for key, value in optional.items() if value}


def coupon_card(coupon: Coupon) -> Block:
    """A coupon; always private, since a code that is read aloud is spent by others."""
    card: Block = {
        "type": "coupon_card",
        "code": coupon.code,
        "title": coupon.title,
        "amount_fen": coupon.amount_fen,
        "threshold_fen": coupon.threshold_fen,
        "expires_at": coupon.expires_at.isoformat(),
        "private": True,
    }
    return card | ({"sku": coupon.sku} if coupon.sku else {})


def quick_replies(choices: Sequence[str]) -> Block:
    """Buttons that send their own text, never an intent."""
    return {"type": "quick_replies", "items": [{"text": choice} for choice in choices]}


def handoff(reason: str, message: str) -> Block:
    """The question goes to the host; `reason` is a code, `message` what the viewer reads."""
    return {"type": "handoff", "reason": reason, "text": message}


def yuan(fen: int) -> str:
    """Money as a viewer writes it: 9900 fen is 99元, 9950 is 99.5元."""
    return f"{fen / 100:.2f}".rstrip("0").rstrip(".") + "元"


def _mark(block: Block, private: bool) -> Block:
    return block | {"private": True} if private else block
