"""What every propensity model keeps."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.propensity import (
    FEATURES,
    BehaviourLog,
    ModelChanged,
    NoModel,
    NotTrained,
    OneClassTarget,
    PropensityModel,
    feature_frame,
)
from recsys.propensity.model import FeatureMismatch

Behaviour = tuple[pd.DataFrame, pd.DataFrame]
Make = Callable[[], PropensityModel]


def features_of(behaviour: Behaviour, now: datetime, viewers: int = 50) -> pd.DataFrame:
    return feature_frame(BehaviourLog.of(*behaviour), [f"v{v}" for v in range(viewers)], now)


def test_probabilities_are_probabilities(
    trained: PropensityModel, behaviour: Behaviour, now: datetime
) -> None:
    scores = trained.score(features_of(behaviour, now))
    assert scores.shape == (50,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert scores.std() > 0
    extreme = np.full((3, len(FEATURES)), 1e12)
    assert ((trained.score(extreme) >= 0) & (trained.score(extreme) <= 1)).all()


def test_batch_equals_single(trained: PropensityModel, behaviour: Behaviour, now: datetime) -> None:
    features = features_of(behaviour, now)
    single = [trained.score(features.iloc[[row]])[0] for row in range(len(features))]
    np.testing.assert_allclose(trained.score(features), single, rtol=0, atol=1e-12)
    assert trained.score(features.iloc[:0]).shape == (0,)


def test_columns_are_found_by_name(
    trained: PropensityModel, behaviour: Behaviour, now: datetime
) -> None:
    features = features_of(behaviour, now)
    turned = features[features.columns[::-1]].assign(more=1)
    np.testing.assert_array_equal(trained.score(turned), trained.score(features))
    with pytest.raises(FeatureMismatch, match="n_cart"):
        trained.score(features.drop(columns="n_cart"))
    with pytest.raises(FeatureMismatch):
        trained.score(np.zeros((2, 3)))


def test_a_score_does_not_see_what_comes_after(
    trained: PropensityModel, behaviour: Behaviour, now: datetime
) -> None:
    at = now - timedelta(days=10)
    viewers = [f"v{v}" for v in range(60)]
    whole = trained.score_viewers(BehaviourLog.of(*behaviour), viewers, at)
    past = tuple(frame[frame["ts"] < at] for frame in behaviour)
    np.testing.assert_allclose(
        whole, trained.score_viewers(BehaviourLog.of(*past), viewers, at), atol=1e-12
    )


def test_training_does_not_see_what_comes_after_now(
    make_propensity: Make, behaviour: Behaviour, now: datetime
) -> None:
    at = now - timedelta(days=5)
    past = tuple(frame[frame["ts"] <= at] for frame in behaviour)
    features = features_of(behaviour, at)
    np.testing.assert_array_equal(
        make_propensity().fit(*behaviour, now=at).score(features),
        make_propensity().fit(*past, now=at).score(features),
    )


def test_it_learns_who_buys(trained: PropensityModel) -> None:
    test = trained.report["test"]
    assert test["auc"] > 0.75
    assert test["pr_auc"] > 1.5 * test["base_rate"]
    assert test["ece"] < 0.1
    assert {"precision", "recall", "f1", "log_loss", "n", "threshold"} <= set(test)


def test_unknown_viewers_get_the_score_of_a_new_one(
    trained: PropensityModel, behaviour: Behaviour, now: datetime
) -> None:
    unknown = trained.score_viewers(BehaviourLog.of(*behaviour), ["nobody"], now)
    empty = behaviour[0].iloc[:0], behaviour[1].iloc[:0]
    assert unknown == trained.score_viewers(BehaviourLog.of(*empty), ["nobody"], now)
    assert 0 <= unknown[0] <= 1


@pytest.mark.parametrize("buyers", ["nobody", "everybody", "no moment at all"])
def test_one_class_is_refused_by_name(
    make_propensity: Make, behaviour: Behaviour, now: datetime, buyers: str
) -> None:
    events = behaviour[0][behaviour[0]["event"] != "order"]
    orders = behaviour[1].iloc[:0]
    if buyers == "everybody":
        # One order after every event, each of another item, so that none is the same purchase.
        orders = events.assign(
            ts=events["ts"] + pd.Timedelta(minutes=5),
            sku=[f"o{row}" for row in range(len(events))],
            paid_fen=1,
            discount_fen=0,
        )
    if buyers == "no moment at all":
        events = events.iloc[:0]
    with pytest.raises(OneClassTarget, match="of"):
        make_propensity().fit(events, orders, now=now)


def test_the_same_input_gives_the_same_model(
    trained: PropensityModel, make_propensity: Make, behaviour: Behaviour, now: datetime
) -> None:
    again = make_propensity().fit(*behaviour, now=now + timedelta(days=2))
    features = features_of(behaviour, now)
    np.testing.assert_array_equal(again.score(features), trained.score(features))


def test_saved_and_loaded_it_is_the_same(
    trained: PropensityModel, behaviour: Behaviour, now: datetime, tmp_path: Path
) -> None:
    trained.save(tmp_path / "model")
    loaded = type(trained).load(tmp_path / "model")
    features = features_of(behaviour, now)
    np.testing.assert_array_equal(loaded.score(features), trained.score(features))
    report = json.loads((tmp_path / "model" / "report.json").read_text("utf-8"))
    assert loaded.report == trained.report == report
    assert all(v is None or math.isfinite(v) for v in report["test"].values())


def test_a_changed_file_is_not_unpickled(trained: PropensityModel, tmp_path: Path) -> None:
    trained.save(tmp_path)
    file = tmp_path / "model.joblib"
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(ModelChanged):
        type(trained).load(tmp_path)
    (tmp_path / "report.json").write_text("{}", "utf-8")
    with pytest.raises(NoModel):
        type(trained).load(tmp_path)
    with pytest.raises(NoModel, match="train"):
        type(trained).load(tmp_path / "nothing")


def test_unfitted_use_has_a_named_error(make_propensity: Make) -> None:
    with pytest.raises(NotTrained):
        make_propensity().score(np.zeros((1, len(FEATURES))))


def test_a_single_score_takes_two_milliseconds_at_most(
    trained: PropensityModel, behaviour: Behaviour, now: datetime
) -> None:
    row = features_of(behaviour, now, viewers=1).to_numpy()

    def once() -> float:
        began = time.perf_counter()
        trained.score(row)
        return time.perf_counter() - began

    # The median, for other work on the machine must not decide it.
    assert float(np.median([once() for _ in range(100)])) <= 0.002
