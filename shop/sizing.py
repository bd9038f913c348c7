"""Which size fits: a product's own chart, a viewer's height and weight."""

from __future__ import annotations

from dataclasses import dataclass

from shop.catalogue import Product, SizeRow

FITS, BETWEEN, NO_CHART, OUT_OF_CHART = "fits", "between", "no_chart", "out_of_chart"

# One step outside a range, in its own unit; a body is advised within MAX_STEPS of a row, and
# within one step of the whole chart.
STEP_CM = 3.0
STEP_KG = 2.5
MAX_STEPS = 3.0


@dataclass(frozen=True, slots=True)
class SizeAdvice:
    """The size, why (one of the codes above), whether it is left, and neighbours that are."""

    size: str | None
    reason: str
    in_stock: bool
    alternatives: tuple[str, ...] = ()


def advise(product: Product, height_cm: float, weight_kg: float) -> SizeAdvice:
    """The size for this body: of several that fit, the one it sits in the middle of.

    A body between sizes (tall and light, say) gets the nearest, of two as near the larger,
    which can be worn; one beyond the chart gets none, since a wrong size is a return.
    """
    chart = product.sizes
    if not chart:
        return SizeAdvice(None, NO_CHART, False)
    fitting = [row for row in chart if not _steps_off(row, height_cm, weight_kg)]
    if fitting:
        best = min(fitting, key=lambda row: _off_centre(row, height_cm, weight_kg))
        return _advice(product, best.size, FITS, {row.size for row in fitting})
    if _beyond(chart, height_cm, weight_kg):
        return SizeAdvice(None, OUT_OF_CHART, False)
    nearest = min(
        chart,
        key=lambda row: (round(_steps_off(row, height_cm, weight_kg), 3), -row.weight_max),
    )
    return _advice(product, nearest.size, BETWEEN, {nearest.size})


def _steps_off(row: SizeRow, height: float, weight: float) -> float:
    """How far outside the ranges, in steps of both; 0 inside."""
    over_height = max(row.height_min - height, height - row.height_max, 0.0)
    over_weight = max(row.weight_min - weight, weight - row.weight_max, 0.0)
    return over_height / STEP_CM + over_weight / STEP_KG


def _beyond(chart: tuple[SizeRow, ...], height: float, weight: float) -> bool:
    shortest, tallest = min(r.height_min for r in chart), max(r.height_max for r in chart)
    lightest, heaviest = min(r.weight_min for r in chart), max(r.weight_max for r in chart)
    return (
        not shortest - STEP_CM <= height <= tallest + STEP_CM
        or not lightest - STEP_KG <= weight <= heaviest + STEP_KG
        or min(_steps_off(row, height, weight) for row in chart) > MAX_STEPS
    )


def _off_centre(row: SizeRow, height: float, weight: float) -> float:
    """0 in the middle of both ranges, 1 at an edge of both."""
    half_height = max((row.height_max - row.height_min) / 2, 1.0)
    half_weight = max((row.weight_max - row.weight_min) / 2, 1.0)
    return (
        abs(height - (row.height_min + row.height_max) / 2) / half_height
        + abs(weight - (row.weight_min + row.weight_max) / 2) / half_weight
    ) / 2


def _advice(product: Product, size: str, reason: str, candidates: set[str]) -> SizeAdvice:
    order = list(dict.fromkeys(row.size for row in product.sizes))
    at = order.index(size)
    beside = candidates | set(order[max(at - 1, 0) : at + 2])
    others = tuple(s for s in order if s in beside and s != size and _in_stock(product, s))
    return SizeAdvice(size, reason, _in_stock(product, size), others)


def _in_stock(product: Product, size: str) -> bool:
    sized = [v for v in product.variants if v.size]
    if not sized:
        return product.stock > 0
    return any(v.stock > 0 for v in sized if v.size.upper() == size.upper())
