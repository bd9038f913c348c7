"""What a policy would have earned, from impressions that another one logged.

Each of n impressions has the probability with which the logging policy showed what it showed, and
the one with which the policy in question would have shown the same; their ratio is its weight w.
Sources: Horvitz, Thompson 1952 (IPS); Swaminathan, Joachims, NeurIPS 2015 (SNIPS); Ionides 2008
(clipping); Owen: Monte Carlo theory, chapter 9 (errors, effective sample size).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z95: Final = 1.959963984540054
# Weights that clipped estimates cut to.
CLIP: Final = 10.0

Column = NDArray[np.float64]


class BadImpressions(ValueError):
    """Columns of different lengths, or numbers that cannot be what they are called."""


class ZeroPropensity(BadImpressions):
    """An impression that its own policy is said never to show: nothing can be weighed by it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its uncertainty.

    n: impressions; effective: (sum w)² / sum w², how many impressions of the policy in question
    they are worth; groups: independent ones, n unless clusters were given; clipped: share of
    weights that were cut. standard_error and the 95 % interval low..high (normal) are NaN below
    two groups, value is NaN where nothing was logged or no weight is left.
    """

    value: float
    standard_error: float
    n: int
    effective: float
    groups: int
    clipped: float = 0.0

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval."""
        return self.value - Z95 * self.standard_error

    @property
    def high(self) -> float:
        """Upper end of the 95 % interval."""
        return self.value + Z95 * self.standard_error


@dataclass(frozen=True, slots=True, eq=False)
class Impressions:
    """n logged impressions, checked.

    clicked, bought: float64 [n], within 0..1. logged: (0, 1], probability under the policy that
    logged; wanted: [0, 1], under the policy in question. cluster: int64 [n], impressions of one
    number (a viewer, a list) are not independent of each other.
    """

    clicked: Column
    bought: Column
    logged: Column
    wanted: Column
    cluster: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        clicked: ArrayLike,
        bought: ArrayLike,
        logged: ArrayLike,
        wanted: ArrayLike,
        cluster: Any = None,
    ) -> Impressions:
        """Raises ZeroPropensity or BadImpressions, which say where."""
        columns = {"clicked": clicked, "bought": bought, "logged": logged, "wanted": wanted}
        read = {name: _column(name, values) for name, values in columns.items()}
        n = len(read["logged"])
        groups = np.arange(n) if cluster is None else np.asarray(cluster)
        lengths = {name: len(values) for name, values in (read | {"cluster": groups}).items()}
        if set(lengths.values()) != {n}:
            raise BadImpressions(f"columns of different lengths: {lengths}")
        if (zero := np.flatnonzero(read["logged"] == 0)).size:
            raise ZeroPropensity(
                f"impression {zero[0]} (of {zero.size} such) has a propensity of 0: "
                "the logging policy must be able to show what it showed"
            )
        number = np.unique(groups, return_inverse=True)[1].astype(np.int64)
        return cls(**read, cluster=number)

    @property
    def weights(self) -> Column:
        """float64 [n]: wanted / logged."""
        return self.wanted / self.logged


def ips(logged: Impressions, reward: Column) -> Estimate:
    """Inverse propensity score: sum of w x reward / n. Unbiased; varies much with few wide w."""
    return _mean(logged, logged.weights, reward)


def clipped_ips(logged: Impressions, reward: Column, clip: float = CLIP) -> Estimate:
    """IPS with weights cut to `clip`: too low by what is cut, and steadier."""
    if not clip > 0:
        raise ValueError(f"clip must be above 0, not {clip}")
    weights = logged.weights
    cut = float((weights > clip).mean()) if len(weights) else 0.0
    return _mean(logged, np.minimum(weights, clip), reward, cut)


def snips(logged: Impressions, reward: Column) -> Estimate:
    """Self-normalised IPS: sum of w x reward / sum of w. Biased by the order of 1/n, within the
    range of the rewards, and unmoved by adding a constant to them.
    """
    return _ratio(logged, logged.weights * reward, logged.weights)


def ctr(logged: Impressions, estimator: Estimator = snips) -> Estimate:
    """Clicks per impression under the policy in question."""
    return estimator(logged, logged.clicked)


def cvr(logged: Impressions) -> Estimate:
    """Purchases per click under the policy in question: sum of w x bought / sum of w x clicked.

    A ratio of two IPS estimates; of two SNIPS ones it is the same, the sum of w falls away. NaN
    without a click of positive weight.
    """
    weights = logged.weights
    return _ratio(logged, weights * logged.bought, weights * logged.clicked)


Estimator = Callable[[Impressions, Column], Estimate]
ESTIMATORS: Final[Mapping[str, Estimator]] = {
    "ips": ips,
    "clipped_ips": clipped_ips,
    "snips": snips,
}


def _column(name: str, values: ArrayLike) -> Column:
    column = np.asarray(values, dtype=np.float64)
    if column.ndim != 1:
        raise BadImpressions(f"{name} must be one column, not of shape {column.shape}")
    unsound = np.flatnonzero(~((column >= 0.0) & (column <= 1.0)))
    if unsound.size:
        raise BadImpressions(
            f"{name} of impression {unsound[0]} is {column[unsound[0]]}, not within 0..1"
        )
    return column


def _mean(logged: Impressions, weights: Column, reward: Column, clipped: float = 0.0) -> Estimate:
    n = len(weights)
    value = float((weights * reward).sum() / n) if n else math.nan
    residual = (weights * reward - value) / max(n, 1)
    return _estimate(logged, value, residual, weights, clipped)


def _ratio(logged: Impressions, numerator: Column, denominator: Column) -> Estimate:
    """Sum over sum, its error by the delta method."""
    whole = float(denominator.sum())
    if whole <= 0:
        return _estimate(logged, math.nan, numerator * math.nan, logged.weights)
    value = float(numerator.sum()) / whole
    return _estimate(logged, value, (numerator - value * denominator) / whole, logged.weights)


def _estimate(
    logged: Impressions, value: float, residual: Column, weights: Column, clipped: float = 0.0
) -> Estimate:
    """Residuals are summed within a cluster first: its impressions err together."""
    sums = np.bincount(logged.cluster, residual) if len(residual) else residual
    groups, squares = len(sums), float(np.square(weights).sum())
    error = math.nan
    if groups > 1:
        error = math.sqrt(float(np.square(sums).sum()) * groups / (groups - 1))
    effective = float(weights.sum()) ** 2 / squares if squares > 0 else 0.0
    return Estimate(value, error, len(weights), effective, groups, clipped)
