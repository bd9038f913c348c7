"""Why and where something is suggested: what the caller knows before anything is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from shop import impressions


@dataclass(frozen=True, slots=True, eq=False)
class Occasion:
    """One viewer at one place of the shop.

    personal: whether what the viewer did and bought may show; never where others read along.
    stayed_s: how long the channel has seen them here, in seconds; what they did may say more.
    k: how many instead of what the ladder says.
    """

    viewer: str
    now: datetime
    place: str = impressions.REPLY
    personal: bool = True
    room: str | None = None
    on_air: str | None = None
    page_sku: str | None = None
    text: str | None = None
    text_vector: NDArray[np.float32] | None = None
    stayed_s: float = 0.0
    k: int | None = None
