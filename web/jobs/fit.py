"""Fitting the recommenders: frames from shop to recsys, models into new folders, swapped whole.

Serving processes watch one small file that names the newest folder (`actions.models`), so a fit
never disturbs an answer that is being given. One that fails leaves the folder before it serving,
and its error in the record of fits, for the owner.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from actions import models
from recsys.embedding import default_encoder
from recsys.mining.cross_sell import mined
from recsys.propensity import OneClassTarget, PropensityModel
from recsys.recommend import BlendRecommender, ItemTable, Recommender
from shop import catalogue, events, impressions, orders, purchases
from shop.database import Database
from web.jobs import fit_record
from web.jobs.child import JobFailed
from web.jobs.item_vectors import encoded

logger = logging.getLogger(__name__)
# Fitted folders that stay on disk.
KEPT = 2
FIGURES = ("auc", "pr_auc", "precision", "recall", "f1")
# Older impressions say little of what the shop would show today.
IMPRESSIONS_KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fit is: share 0..1, and what it does, in Chinese."""

    share: float
    step: str


Tell = Callable[[Progress], None]
Work = Callable[[Database, Path, Callable[[float], None]], str]


class Fit(NamedTuple):
    """One model: what is done, as the owner reads it, and its share of the whole."""

    title: str
    share: float
    work: Work


def _to_nobody(progress: Progress) -> None:
    """Nobody asked."""


def fit(
    database: Database, var: Path, *, if_needed: bool = False, tell: Tell = _to_nobody
) -> Iterator[str]:
    """Fit what there is data for; yields a line for each model.

    Raises JobFailed at the end when one failed; the others are fitted all the same.
    """
    _forget_old_impressions(database)
    done, failed = 0.0, []
    for name, one in FITS.items():
        tell(Progress(done, one.title))

        def part(share: float, done: float = done, one: Fit = one) -> None:
            tell(Progress(done + one.share * share, one.title))

        try:
            yield f"{name}: {_fit_one(database, var, name, one, part, if_needed)}"
        except Exception as error:
            logger.exception("%s could not be fitted", name)
            fit_record.failed(var, name, error)
            failed.append(name)
            yield f"{name}: failed ({type(error).__name__}: {error}); the one before serves on"
        done += one.share
    if failed:
        raise JobFailed(f"not fitted: {', '.join(failed)}; the models before serve on")


def _fit_one(
    database: Database,
    var: Path,
    name: str,
    one: Fit,
    part: Callable[[float], None],
    if_needed: bool,
) -> str:
    pointer, mark, began = models.pointer(var, name), _mark(database), time.monotonic()
    if if_needed and models.recorded(pointer).get("mark") == mark:
        return "unchanged"
    folder = pointer.parent / f"{name}-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    try:
        told = one.work(database, folder, part)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    seconds = round(time.monotonic() - began, 1)
    if folder.exists():
        models.record(pointer, _said(folder, mark, told, seconds))
        _forget_old(pointer.parent, name)
    fit_record.done(var, name, folder.name if folder.exists() else "", told, seconds)
    return told


def fit_recommender(database: Database, folder: Path, part: Callable[[float], None]) -> str:
    """Content and popularity over the whole catalogue; only new texts are encoded."""
    with database.read() as session:
        products, seen = catalogue.frame(session), events.frame(session)
    if products.empty:
        return "no products yet"
    items, new = encoded(products, default_encoder(), _items_before(folder), part)
    recommender_for(items).fit(items, seen).save(folder)
    return f"{len(products)} products ({new} newly encoded), {len(seen)} events"


def recommender_for(items: ItemTable) -> Recommender:
    """The recommender that serves: the one line to change for another."""
    return BlendRecommender()


def fit_cross_sell(database: Database, folder: Path, part: Callable[[float], None]) -> str:
    """What is bought together, out of the purchases that were kept."""
    with database.read() as session:
        bought = purchases.frame(session)
    found = mined(bought)
    found.save(folder / models.PAIRS_FILE)
    return f"{len(found.bundles())} pairs from {bought['viewer'].nunique()} buyers"


def fit_propensity(database: Database, folder: Path, part: Callable[[float], None]) -> str:
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


FITS: dict[str, Fit] = {
    models.RECOMMENDER: Fit("学习商品和观众喜好", 0.6, fit_recommender),
    models.CROSS_SELL: Fit("找常一起买的商品", 0.1, fit_cross_sell),
    models.PROPENSITY: Fit("学习谁快要下单", 0.3, fit_propensity),
}


def _mark(database: Database) -> str:
    """Changes when there is something new to learn from."""
    with database.read() as session:
        revision, newest = catalogue.revision(session), events.count(session)
        ordered = orders.count(session)
    return f"{revision}:{newest}:{ordered}:{default_encoder().fingerprint}"


def _said(folder: Path, mark: str, told: str, seconds: float) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"folder": folder.name, "mark": mark, "told": told, "fitted_at": at, "seconds": seconds}


def _items_before(folder: Path) -> ItemTable | None:
    """The items of the model that serves, for their vectors."""
    pointer = folder.parent / f"{models.RECOMMENDER}.json"
    try:
        return ItemTable.load(folder.parent / str(models.recorded(pointer)["folder"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None


def _forget_old_impressions(database: Database) -> None:
    with database.begin() as session:
        impressions.forget_before(session, datetime.now(UTC) - IMPRESSIONS_KEPT)


def _forget_old(parent: Path, name: str) -> None:
    """Keep the newest few: a process may still be reading the one before."""
    folders = sorted(path for path in parent.glob(f"{name}-*") if path.is_dir())
    for folder in folders[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
