"""The root of the shop's named errors."""

from __future__ import annotations


class ShopError(Exception):
    """Something the shop refuses or does not know; the message is one line."""
