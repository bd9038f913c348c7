"""Fitting: only new texts are encoded, progress only rises, a failure leaves what serves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from actions import models
from recsys.embedding import default_encoder
from recsys.mining import CrossSell
from recsys.recommend import Recommender
from shop import catalogue, impressions, orders
from shop.catalogue import Product
from shop.database import Database
from shop.impressions import Impression
from shop.orders import Order
from web.jobs import fit, fit_record
from web.jobs.child import JobFailed

NOW = datetime.now(UTC)
CREAM = Product("C1", "控油保湿面霜", "护肤", "润", 9900, stock=5)
DRESS = Product("D1", "碎花连衣裙", "女装", "满衣", 16900, stock=5)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    made.migrate()
    with made.begin() as session:
        catalogue.upsert_many(session, [CREAM, DRESS])
        bought = [
            Order(f"{v}{sku}", v, NOW - timedelta(days=2), sku, status=status)
            for v, status in {"a": "paid", "b": "paid", "c": "shipped", "d": "cancelled"}.items()
            for sku in ("C1", "D1")
        ]
        orders.upsert_many(session, [*bought, Order("e", "e", NOW, "X1", status="paid")])
    yield made
    made.dispose()


def told(var: Path, name: str = models.RECOMMENDER) -> dict[str, object]:
    return models.recorded(models.pointer(var, name))


def test_everything_is_fitted_recorded_and_its_progress_rises(
    database: Database, tmp_path: Path
) -> None:
    seen: list[fit.Progress] = []
    lines = list(fit.fit(database, tmp_path, tell=seen.append))
    assert [line.split(":")[0] for line in lines] == list(fit.FITS)
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert 0 == shares[0] <= shares[-1] < 1
    assert sum(one.share for one in fit.FITS.values()) == pytest.approx(1.0)
    assert "2 products (2 newly encoded)" in str(told(tmp_path)["told"])
    folder = tmp_path / "models" / str(told(tmp_path, models.CROSS_SELL)["folder"])
    (pair,) = CrossSell.load(folder / models.PAIRS_FILE).bundles()
    assert (pair.both, pair.total) == (3, 4)  # who cancelled did not buy
    assert {one.name for one in fit_record.read(tmp_path)} == set(fit.FITS)
    again = list(fit.fit(database, tmp_path, if_needed=True))
    assert again[0] == "recommender: unchanged"


def test_only_new_texts_are_encoded_and_the_vectors_are_the_same(
    database: Database, tmp_path: Path
) -> None:
    list(fit.fit(database, tmp_path))
    with database.begin() as session:
        changed = replace(DRESS, title="红色碎花连衣裙")
        catalogue.upsert_many(session, [changed, Product("N1", "新品面膜", "护肤", stock=1)])
    list(fit.fit(database, tmp_path))
    assert "3 products (2 newly encoded)" in str(told(tmp_path)["told"])
    items = Recommender.load(tmp_path / "models" / str(told(tmp_path)["folder"])).items
    with database.read() as session:
        products = catalogue.frame(session)
    fresh = default_encoder().encode(products["text"].tolist(), "passage")
    for sku, vector in zip(products["sku"], fresh, strict=True):
        assert items.vectors[items.rows[sku]] == pytest.approx(vector, abs=1e-5)


def test_one_that_fails_leaves_its_old_one_and_the_others_go_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(fit.fit(database, tmp_path))
    before = {name: told(tmp_path, name).get("folder") for name in fit.FITS}

    def broken(database: Database, folder: Path, part: Callable[[float], None]) -> str:
        folder.mkdir(parents=True)
        (folder / "items.npz").write_bytes(np.zeros(3).tobytes())
        raise MemoryError("too large")

    work = fit.FITS | {models.RECOMMENDER: fit.FITS[models.RECOMMENDER]._replace(work=broken)}
    monkeypatch.setattr(fit, "FITS", work)
    with pytest.raises(JobFailed, match="recommender"):
        list(fit.fit(database, tmp_path))
    after = {name: told(tmp_path, name).get("folder") for name in fit.FITS}
    assert after[models.RECOMMENDER] == before[models.RECOMMENDER]
    assert after[models.CROSS_SELL] != before[models.CROSS_SELL]
    folders = {p.name for p in (tmp_path / "models").glob("recommender-*")}
    assert folders == {before[models.RECOMMENDER]}  # nothing half is left
    errors = [one.error for one in fit_record.read(tmp_path) if one.error]
    assert errors == ["MemoryError: too large"]


def test_an_empty_shop_fits_nothing_and_says_so(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    empty.migrate()
    lines = list(fit.fit(empty, tmp_path))
    assert lines[0] == "recommender: no products yet"
    assert told(tmp_path) == {}
    empty.dispose()


def test_old_impressions_go_with_a_fit(database: Database, tmp_path: Path) -> None:
    shown = Impression("L", 0, "v", "home", None, "C1", 1.0, "m", NOW - timedelta(days=200))
    with database.begin() as session:
        impressions.record(session, [shown, replace(shown, list="N", ts=NOW)])
    list(fit.fit(database, tmp_path))
    with database.read() as session:
        assert [one.list for one in impressions.of_viewer(session, "v")] == ["N"]
