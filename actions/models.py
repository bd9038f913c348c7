"""The fitted models on disk, as far as there are any: a new shop has none yet.

`var/models/NAME.json` names the newest folder of a model. It is replaced whole at the end of a
fit, so a reader finds either the model before or the one after, never half of one.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from recsys.mining import CrossSell, NoPairs
from recsys.propensity import NoModel, PropensityModel
from recsys.recommend import NoRecommender, Recommender
from shop import offering
from shop.database import Database

logger = logging.getLogger(__name__)

RECOMMENDER = "recommender"
PROPENSITY = "propensity"
CROSS_SELL = "cross_sell"
PAIRS_FILE = "pairs.json"


def pointer(var: Path, name: str) -> Path:
    """The file that names the newest folder of this model."""
    return var / "models" / f"{name}.json"


def recorded(file: Path) -> dict[str, Any]:
    """What the pointer says; empty when there is none, or none that can be read."""
    try:
        said = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def record(file: Path, said: dict[str, Any]) -> None:
    """Point to another folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(said), "utf-8")
    temporary.replace(file)


def load_recommender(var: Path, database: Database) -> Recommender | None:
    """The newest recommender, with today's stock and prices; None when there is none."""
    folder = _folder(var, RECOMMENDER)
    try:
        recommender = Recommender.load(folder)
    except NoRecommender as error:
        logger.info("no recommendations yet: %s", error)
        return None
    follow_shelf(recommender, database)
    return recommender


def follow_shelf(recommender: Recommender, database: Database) -> None:
    """Give the recommender the stock, status and prices of this moment."""
    with database.read() as session:
        shelf = offering.stock_of_all(session)
    recommender.restock(
        stock={sku: stock for sku, stock, _, _ in shelf},
        status={sku: status for sku, _, status, _ in shelf},
        price_fen={sku: price for sku, _, _, price in shelf},
    )


def load_cross_sell(var: Path) -> CrossSell | None:
    """The newest pairs of what is bought together; None when there are none."""
    try:
        return CrossSell.load(_folder(var, CROSS_SELL) / PAIRS_FILE)
    except NoPairs as error:
        logger.info("no cross-sell yet: %s", error)
        return None


def load_propensity(var: Path) -> PropensityModel | None:
    """The newest propensity model; None when there is none."""
    try:
        return PropensityModel.load(_folder(var, PROPENSITY))
    except NoModel as error:
        logger.info("no propensity yet: %s", error)
        return None


def _folder(var: Path, name: str) -> Path:
    file = pointer(var, name)
    return file.parent / str(recorded(file).get("folder", f"no-{name}"))
