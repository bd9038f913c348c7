"""Snapshots that Rasa reads while it runs: FAQ phrases and product names, never answers.

Rasa looks at a snapshot's time at each message, so what is saved here is known at the next
one. Files are replaced whole; nobody ever reads half of one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from recsys.embedding import default_encoder
from recsys.embedding.phrases import PhraseIndex, SnapshotDamaged
from shop import catalogue, faq
from shop.database import Database


@dataclass(frozen=True, slots=True)
class Published:
    """How much is in the snapshots."""

    phrases: int
    products: int
    index: PhraseIndex | None = None  # None where the snapshot was up to date


def publish(database: Database, var: Path, last: PhraseIndex | None = None) -> Published:
    """Write both snapshots, each only when the shop's revision moved on since.

    `last` is the index of an earlier call; without it the snapshot on disk is read, so that
    only new phrases are encoded.
    """
    folder = var / "snapshots"
    folder.mkdir(parents=True, exist_ok=True)
    with database.read() as session:
        entries, revision = faq.phrases(session), faq.revision(session)
        products, stock_list = catalogue.listed(session), catalogue.revision(session)
    encoder = default_encoder()
    written = _marks(folder)
    marks = {"faq": f"{revision}:{encoder.fingerprint}", "lexicon": str(stock_list)}
    index = last
    if written.get("faq") != marks["faq"]:
        index = PhraseIndex.build(entries, encoder, last or _snapshot(folder))
        index.save(folder / "faq.npz")
    if written.get("lexicon") != marks["lexicon"]:
        _write(folder / "lexicon.json", _lexicon(products, marks["lexicon"]))
    _write(folder / "published.json", marks)
    return Published(len(entries), len(products), index)


def _snapshot(folder: Path) -> PhraseIndex | None:
    try:
        return PhraseIndex.load(folder / "faq.npz")
    except (OSError, SnapshotDamaged):
        return None  # everything is encoded anew


def _marks(folder: Path) -> dict[str, str]:
    try:
        marks = json.loads((folder / "published.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    files = {"faq": "faq.npz", "lexicon": "lexicon.json"}
    return {name: mark for name, mark in marks.items() if (folder / files[name]).exists()}


def _lexicon(products: list[catalogue.Product], version: str) -> dict[str, object]:
    rows = [
        {
            "sku": product.sku,
            "name": product.title,
            "aliases": list(product.aliases),
            "link_no": product.link_no,
            "category": product.category,
        }
        for product in products
    ]
    return {"version": version, "products": rows}


def _write(path: Path, content: object) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    temporary.replace(path)
