"""What is going on while the list is made: the room, the viewer's stay, what they own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Moment:
    """One viewer's moment.

    on_air: SKU of the product being explained, its category in `on_air_category`.
    clicks, questions: distinct viewers who in the last minutes clicked on, or asked about, a SKU
        in this room.
    together: share 0..1 of the buyers of the product on air who also bought the SKU.
    together_buyers: how many buyers that share stands for.
    bought_days: days since the viewer bought a SKU and kept it.
    stay_s: how long the viewer has been here, in seconds.
    """

    on_air: str | None = None
    on_air_title: str = ""
    on_air_category: str = ""
    clicks: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)
    together: Mapping[str, float] = field(default_factory=dict)
    together_buyers: Mapping[str, int] = field(default_factory=dict)
    bought_days: Mapping[str, float] = field(default_factory=dict)
    stay_s: float = 0.0
