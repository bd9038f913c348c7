"""The demo shop: loaded at the first start into an empty shop, never over an owner's data."""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pandas as pd

from shop import catalogue, coupons, policies, rooms
from shop.coupons import Campaign
from shop.database import Database
from shop.importing import ImportReport, import_file

ROOM = "demo"
SEED = 20261122
# What refers to a product comes after the products.
CATALOGUE = {"products": "products", "variants": "variants", "size_charts": "sizes", "faq": "faq"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded, a report for each file."""

    reports: tuple[ImportReport, ...]


def load_if_empty(database: Database, root: Path, viewer_key: str, var: Path) -> Loaded | None:
    """Load the demo shop unless there are products already; None when there were.

    A load that was broken off is taken up again: importing twice changes nothing.
    """
    unfinished = var / "demo" / "unfinished"
    with database.read() as session:
        if catalogue.all_products(session) and not unfinished.exists():
            return None
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    loaded = load(database, root / "data" / "demo_shop", viewer_key, var)
    unfinished.unlink()
    return loaded


def load(database: Database, folder: Path, viewer_key: str, var: Path) -> Loaded:
    """Catalogue, FAQ, rules, campaigns, the room, and sixty days of generated behaviour."""
    reports = [
        import_file(database, kind, folder / f"{name}.csv", viewer_key=viewer_key)
        for kind, name in CATALOGUE.items()
    ]
    with database.begin() as session:
        for row in _rows(folder / "policies.csv"):
            policies.set_policy(session, row["name"], row["value"])
        for row in _rows(folder / "campaigns.csv"):
            coupons.upsert(session, _campaign(row))
        rooms.create_room(session, ROOM, "演示直播间")
    for kind, frame in _behaviour(folder).items():
        path = var / "demo" / f"{kind}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_csv(path, index=False)
        reports.append(import_file(database, kind, path, viewer_key=viewer_key))
    return Loaded(tuple(reports))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _campaign(row: dict[str, str]) -> Campaign:
    return Campaign(
        campaign_id=row["campaign_id"],
        title=row["title"],
        kind=row["kind"],
        amount_fen=_fen(row["amount"]),
        threshold_fen=_fen(row["threshold"]),
        sku=row["sku"] or None,
        category=row["category"] or None,
        starts_at=datetime.fromisoformat(row["starts_at"]),
        ends_at=datetime.fromisoformat(row["ends_at"]),
        total_limit=int(row["total_limit"]) if row["total_limit"] else None,
        budget_fen=_fen(row["budget"]) if row["budget"] else None,
        margin_floor=float(row["margin_floor"] or 0),
        public=row["public"] == "yes",
    )


def _fen(yuan: str) -> int:
    return int(Decimal(yuan or "0") * 100)


def _behaviour(folder: Path) -> dict[str, pd.DataFrame]:
    events, orders = _generator(folder).generate(SEED)
    return {"events": events, "orders": orders}


def _generator(folder: Path) -> ModuleType:
    """data/ is not a package: it holds what an owner may replace."""
    spec = importlib.util.spec_from_file_location("demo_behaviour", folder / "behaviour.py")
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - our own file
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
