"""Off-policy estimates by hand, and on a simulated shop whose true rates are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recsys.evaluation.off_policy import (
    ESTIMATORS,
    BadImpressions,
    Estimate,
    Impressions,
    ZeroPropensity,
    clipped_ips,
    ctr,
    cvr,
    ips,
    snips,
)

# Weights 2, 1/2, 0, 1: sum 3.5, of squares 5.25.
HAND = Impressions.of(
    clicked=[1, 0, 1, 1],
    bought=[1, 0, 0, 0],
    logged=[0.4, 0.8, 0.5, 0.25],
    wanted=[0.8, 0.4, 0, 0.25],
)


def test_ips_by_hand() -> None:
    found = ips(HAND, HAND.clicked)
    assert found.value == pytest.approx((2 + 0 + 0 + 1) / 4)
    # Of 2, 0, 0, 1 around 0.75: squares 1.5625 + 0.5625 + 0.5625 + 0.0625 = 2.75, / 3, / 4.
    assert found.standard_error == pytest.approx(math.sqrt(2.75 / 3 / 4))
    assert found.effective == pytest.approx(3.5**2 / 5.25)
    assert (found.n, found.groups, found.clipped) == (4, 4, 0.0)
    assert found.high - found.low == pytest.approx(2 * 1.96 * found.standard_error, rel=1e-4)


def test_snips_by_hand() -> None:
    found = snips(HAND, HAND.clicked)
    value = 3 / 3.5
    assert found.value == pytest.approx(value)
    residuals = [2 * (1 - value), -0.5 * value, 0.0, 1 - value]
    squares = sum(one**2 for one in residuals)
    assert found.standard_error == pytest.approx(math.sqrt(squares * 4 / 3) / 3.5)


def test_clipped_by_hand() -> None:
    found = clipped_ips(HAND, HAND.clicked, clip=1.5)
    assert found.value == pytest.approx((1.5 + 0 + 0 + 1) / 4)
    assert found.clipped == 0.25
    assert found.effective == pytest.approx(3.0**2 / (1.5**2 + 0.25 + 1))
    assert clipped_ips(HAND, HAND.clicked, clip=99) == ips(HAND, HAND.clicked)


def test_cvr_is_purchases_per_click() -> None:
    assert cvr(HAND).value == pytest.approx(2 / 3)
    assert ctr(HAND) == snips(HAND, HAND.clicked)
    assert ctr(HAND, ips) == ips(HAND, HAND.clicked)


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
def test_the_same_policy_gives_the_plain_mean(estimator) -> None:
    rng = np.random.default_rng(0)
    reward = (rng.random(500) < 0.3).astype(float)
    logged = rng.uniform(0.05, 1, 500)
    found = estimator(Impressions.of(reward, reward, logged, logged), reward)
    assert found.value == pytest.approx(reward.mean())
    assert found.effective == pytest.approx(500)
    assert found.standard_error == pytest.approx(reward.std(ddof=1) / math.sqrt(500))


@pytest.mark.parametrize("estimator", ESTIMATORS.values(), ids=ESTIMATORS)
def test_nothing_logged_is_undefined(estimator) -> None:
    empty = Impressions.of([], [], [], [])
    found = estimator(empty, empty.clicked)
    assert math.isnan(found.value)
    assert math.isnan(found.standard_error)
    assert (found.n, found.effective) == (0, 0.0)
    one = Impressions.of([1], [0], [0.5], [0.5])
    assert estimator(one, one.clicked).value == 1.0
    assert math.isnan(estimator(one, one.clicked).low), "one impression has no interval"


def test_a_policy_that_shows_nothing_of_what_was_logged() -> None:
    never = Impressions.of([1, 1], [0, 0], [0.5, 0.5], [0, 0])
    assert ips(never, never.clicked).value == 0
    assert math.isnan(snips(never, never.clicked).value)
    assert ips(never, never.clicked).effective == 0
    unclicked = Impressions.of([0, 0], [0, 0], [0.5, 0.5], [0.5, 0.5])
    assert math.isnan(cvr(unclicked).value)


def test_what_cannot_be_is_refused_by_name() -> None:
    with pytest.raises(ZeroPropensity, match="impression 1 "):
        Impressions.of([1, 0], [0, 0], [0.5, 0.0], [0.5, 0.0])
    for column in ("clicked", "bought", "logged", "wanted"):
        for unsound in (math.nan, math.inf, -0.1, 1.1):
            columns = {name: [0.5, 0.5] for name in ("clicked", "bought", "logged", "wanted")}
            columns[column] = [0.5, unsound]
            with pytest.raises(BadImpressions, match=f"{column} of impression 1"):
                Impressions.of(**columns)
    with pytest.raises(BadImpressions, match="lengths"):
        Impressions.of([1], [1, 0], [0.5], [0.5])
    with pytest.raises(BadImpressions, match="cluster"):
        Impressions.of([1], [1], [0.5], [0.5], cluster=["a", "b"])
    with pytest.raises(BadImpressions, match="shape"):
        Impressions.of([[1]], [1], [0.5], [0.5])
    with pytest.raises(ValueError, match="clip"):
        clipped_ips(HAND, HAND.clicked, clip=0)


def test_impressions_of_one_list_err_together() -> None:
    rng = np.random.default_rng(1)
    reward = np.repeat((rng.random(200) < 0.3).astype(float), 5)
    half = np.full(1_000, 0.5)
    alone = ips(Impressions.of(reward, reward, half, half), reward)
    lists = np.repeat([f"list{number}" for number in range(200)], 5)
    together = ips(Impressions.of(reward, reward, half, half, lists), reward)
    assert together.value == alone.value
    assert together.groups == 200
    assert together.standard_error == pytest.approx(reward[::5].std(ddof=1) / math.sqrt(200))
    assert together.standard_error > 2 * alone.standard_error


ITEMS = 6
BASE = np.array([0.4, 0.3, 0.1, 0.1, 0.05, 0.05])
CLICK = np.array([[0.05, 0.1, 0.3, 0.02, 0.2, 0.1], [0.2, 0.02, 0.05, 0.4, 0.1, 0.3]])
BUY = np.array([0.1, 0.3, 0.5, 0.2, 0.6, 0.4])
WANTED = np.array([[0.1, 0.1, 0.5, 0.1, 0.1, 0.1], [0.05, 0.05, 0.1, 0.6, 0.1, 0.1]])


def simulate(n: int, seed: int) -> Impressions:
    """Two kinds of viewers, half each; what is logged is shown by BASE to both."""
    rng = np.random.default_rng(seed)
    kind, item = rng.integers(0, 2, n), rng.choice(ITEMS, n, p=BASE)
    clicked = rng.random(n) < CLICK[kind, item]
    bought = clicked & (rng.random(n) < BUY[item])
    return Impressions.of(clicked, bought, BASE[item], WANTED[kind, item])


TRUE_CTR = float((WANTED * CLICK).sum(axis=1).mean())
TRUE_CVR = float((WANTED * CLICK * BUY).sum(axis=1).mean()) / TRUE_CTR
LOGGED_CTR = float((BASE * CLICK).sum(axis=1).mean())


@pytest.fixture(scope="module")
def worlds() -> list[Impressions]:
    return [simulate(2_000, seed) for seed in range(300)]


def covered(found: list[Estimate], true: float) -> float:
    return float(np.mean([one.low <= true <= one.high for one in found]))


@pytest.mark.parametrize(
    ("estimate", "true"),
    [
        (lambda world: ips(world, world.clicked), TRUE_CTR),
        (lambda world: snips(world, world.clicked), TRUE_CTR),
        (cvr, TRUE_CVR),
    ],
    ids=["ips", "snips", "cvr"],
)
def test_the_truth_is_found_and_the_interval_holds_it(worlds, estimate, true: float) -> None:
    found = [estimate(world) for world in worlds]
    values = np.array([one.value for one in found])
    assert abs(TRUE_CTR - LOGGED_CTR) > 0.05, "the plain mean of the log would be wrong"
    assert values.mean() == pytest.approx(true, abs=4 * values.std() / math.sqrt(len(values)))
    errors = np.array([one.standard_error for one in found])
    assert errors.mean() == pytest.approx(values.std(), rel=0.15)
    assert 0.91 <= covered(found, true) <= 0.985


def test_clipping_is_steadier_and_too_low(worlds) -> None:
    plain = np.array([ips(world, world.clicked).value for world in worlds])
    clipped = np.array([clipped_ips(world, world.clicked, clip=2.0).value for world in worlds])
    assert clipped.std() < plain.std()
    assert clipped.mean() < TRUE_CTR - 3 * clipped.std() / math.sqrt(len(clipped))
    # What is lost is what stands above the clip: min(wanted, 2 x logged) is shown instead.
    limit = float((np.minimum(WANTED, 2 * BASE) * CLICK).sum(axis=1).mean())
    assert clipped.mean() == pytest.approx(limit, rel=0.02)


def test_the_effective_size_tells_how_far_the_policies_are_apart(worlds) -> None:
    expected = 1 / float((WANTED**2 / BASE).sum(axis=1).mean())
    sizes = [ips(world, world.clicked).effective / 2_000 for world in worlds]
    assert np.mean(sizes) == pytest.approx(expected, rel=0.03)
