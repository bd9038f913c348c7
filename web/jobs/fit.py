"""Fitting the recommenders: frames from shop to recsys, models into new folders, swapped whole.

Serving processes watch one small file that names the newest folder (`actions.models`), so a fit
never disturbs an answer that is being given.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from actions import models
from recsys.embedding import default_encoder
from recsys.propensity import OneClassTarget, PropensityModel
from recsys.recommend import FallbackRecommender, ItemTable
from shop import catalogue, events, orders
from shop.database import Database

# Fitted folders that stay on disk.
KEPT = 2
FIGURES = ("auc", "pr_auc", "precision", "recall", "f1")


def fit(database: Database, var: Path, *, if_needed: bool = False) -> Iterator[str]:
    """Fit what there is data for; yields a line for each model."""
    for name, work in FITS.items():
        pointer = models.pointer(var, name)
        mark = _mark(database)
        if if_needed and models.recorded(pointer).get("mark") == mark:
            yield f"{name}: unchanged"
            continue
        folder = pointer.parent / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
        told = work(database, folder)
        if folder.exists():
            models.record(pointer, {"folder": folder.name, "mark": mark})
            _forget_old(pointer.parent, name)
        yield f"{name}: {told}"


def fit_recommender(database: Database, folder: Path) -> str:
    """Content and popularity over the whole catalogue."""
    with database.read() as session:
        products, seen = catalogue.frame(session), events.frame(session)
    if products.empty:
        return "no products yet"
    encoder = default_encoder()
    vectors = encoder.encode(products["text"].tolist(), "passage")
    items = ItemTable.from_frame(products, vectors, encoder.fingerprint)
    FallbackRecommender().fit(items, seen).save(folder)
    return f"{len(products)} products, {len(seen)} events"


def fit_propensity(database: Database, folder: Path) -> str:
    """Who will buy soon; a shop without orders has nothing to learn from yet."""
    with database.read() as session:
        seen, bought = events.frame(session), orders.frame(session)
    try:
        model = PropensityModel().fit(seen, bought)
    except OneClassTarget as error:
        return f"not enough orders yet ({error})"
    model.save(folder)
    test = model.report["test"]
    # A young shop's test part may hold no buyer: then there is no figure to tell.
    told = [f"{name} {test[name]:.3f}" for name in FIGURES if test.get(name) is not None]
    return "test " + ", ".join(told) if told else "too few buyers to test it on"


FITS: dict[str, Callable[[Database, Path], str]] = {
    models.RECOMMENDER: fit_recommender,
    models.PROPENSITY: fit_propensity,
}


def _mark(database: Database) -> str:
    """Changes when there is something new to learn from."""
    with database.read() as session:
        revision, newest = catalogue.revision(session), events.count(session)
    return f"{revision}:{newest}:{default_encoder().fingerprint}"


def _forget_old(parent: Path, name: str) -> None:
    """Keep the newest few: a process may still be reading the one before."""
    folders = sorted(path for path in parent.glob(f"{name}-*") if path.is_dir())
    for folder in folders[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
