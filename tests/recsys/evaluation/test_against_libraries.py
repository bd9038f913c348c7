"""Our ranking metrics beside kept libraries' on random lists.

Where definitions differ, the data keep to what is common: no user has more than K relevant items,
as trec_eval divides average precision by all of them, and ours by min(relevant, k).
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score

from recsys.evaluation.ranking import RANKING_METRICS

K, ITEMS, USERS = 10, 60, 80
# Ours, and how ir_measures (trec_eval) calls it.
TREC = {
    "hr": "Success",
    "recall": "R",
    "precision": "P",
    "ndcg": "nDCG",
    "mrr": "RR",
    "map": "AP",
}


@pytest.fixture(scope="module")
def drawn() -> tuple[list[list[str]], list[set[str]]]:
    """Random lists of 0 to 25 items, random relevant sets of 1 to 10, a few with nothing found."""
    rng = np.random.default_rng(11)
    names = np.array([f"i{row}" for row in range(ITEMS)])
    lists = [rng.permutation(names)[: rng.integers(1, 26)].tolist() for _ in range(USERS)]
    relevant = [set(rng.permutation(names)[: rng.integers(1, K + 1)]) for _ in range(USERS)]
    return lists, relevant


@pytest.mark.parametrize("ours", TREC)
@pytest.mark.parametrize("k", [1, 3, K])
def test_beside_trec_eval(drawn, ours: str, k: int) -> None:
    trec = pytest.importorskip(
        "ir_measures", reason="needs ir_measures (pip install ir_measures), not in the lock"
    )
    lists, relevant = drawn
    if ours == "map" and k < K:
        # Average precision over those with no more relevant items than places.
        kept = [user for user in range(USERS) if len(relevant[user]) <= k]
        lists, relevant = [lists[user] for user in kept], [relevant[user] for user in kept]
    qrels = {f"u{u}": dict.fromkeys(wanted, 1) for u, wanted in enumerate(relevant)}
    run = {
        f"u{u}": {item: 1.0 / place for place, item in enumerate(given, 1)}
        for u, given in enumerate(lists)
    }
    measure = trec.parse_measure(f"{TREC[ours]}@{k}")
    theirs = trec.calc_aggregate([measure], qrels, run)[measure]
    assert RANKING_METRICS[ours](lists, relevant, k) == pytest.approx(theirs, abs=1e-4)


@pytest.mark.parametrize("k", [1, 3, K, ITEMS])
def test_ndcg_beside_scikit_learn(drawn, k: int) -> None:
    lists, relevant = drawn
    names = [f"i{row}" for row in range(ITEMS)]
    gains = np.array([[name in wanted for name in names] for wanted in relevant], dtype=float)
    # What was not shown comes last, without a gain: cut to what was shown for the discount.
    scores = np.array(
        [[-given.index(n) if n in given else -1e6 for n in names] for given in lists], dtype=float
    )
    shown = np.array([[name in given for name in names] for given in lists])
    dcg = [
        ndcg_score([gain * seen], [score], k=k) * _ideal(int((gain * seen).sum()), k)
        for gain, seen, score in zip(gains, shown, scores, strict=True)
    ]
    ideal = [_ideal(len(wanted), k) for wanted in relevant]
    theirs = np.mean([one / best for one, best in zip(dcg, ideal, strict=True)])
    assert RANKING_METRICS["ndcg"](lists, relevant, k) == pytest.approx(theirs, abs=1e-9)


def _ideal(wanted: int, k: int) -> float:
    return float((1 / np.log2(np.arange(2, 2 + min(wanted, k)))).sum())


def test_average_precision_beside_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    names = [f"i{row}" for row in range(ITEMS)]
    lists = [rng.permutation(names).tolist() for _ in range(USERS)]
    relevant = [set(rng.permutation(names)[: rng.integers(1, 20)]) for _ in range(USERS)]
    theirs = np.mean(
        [
            average_precision_score(
                [name in wanted for name in given], -np.arange(ITEMS, dtype=float)
            )
            for given, wanted in zip(lists, relevant, strict=True)
        ]
    )
    ours = RANKING_METRICS["map"](lists, relevant, ITEMS)
    assert ours == pytest.approx(theirs, abs=1e-9)
