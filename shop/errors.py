"""The root of the shop's named errors."""

from __future__ import annotations

from typing import Any


class ShopError(Exception):
    """Something the shop refuses or does not know; the message is one line."""


class InvalidField(ShopError):
    """What the owner typed cannot be kept: the field, and the reason in the owner's words."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class ChangedMeanwhile(ShopError):
    """Somebody changed it since it was read; `current` is what it is now."""

    def __init__(self, current: Any) -> None:
        super().__init__("changed by somebody else meanwhile")
        self.current = current
