"""The proof that a model is no worse: held-out scores, and questions whose answer is known.

Both models read every confirmed question as a viewer's comment; a question that the serving
model gets right and the new one does not is broken, and stands in the way of publishing.
"""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shop import confirmed, faq, own_intents
from shop.database import Database
from web.gateway import AssistantUnavailable, Gateway
from web.learning.titles import TITLES, title_of

Parse = Mapping[str, Any]
SHIPPED, OWNER = "shipped", "owner"
NO_TITLES: Mapping[str, str] = MappingProxyType({})
# A question is asked so many times more, so many seconds apart, before the proof is given up.
PATIENCE, PAUSE = 3, 2.0


@dataclass(frozen=True, slots=True)
class Known:
    """A question whose right verdict is known: an intent's name, or an FAQ entry's id."""

    text: str
    kind: str
    target: str
    source: str


def known_questions(database: Database, shipped: Path) -> list[Known]:
    """What the owner confirmed, and what the project ships; the owner's word goes first."""
    with database.read() as session:
        rows = confirmed.all_confirmed(session)
        entries = faq.many(session, {row.target for row in rows if row.kind == confirmed.FAQ})
        named = {intent.name for intent in own_intents.all_own(session)}
    # What the owner has removed since can be answered by no model, and must not block one.
    own = [
        Known(row.text, row.kind, row.target, OWNER)
        for row in rows
        if (row.target in entries if row.kind == confirmed.FAQ else _exists(row.target, named))
    ]
    said = {known.text for known in own}
    with shipped.open(encoding="utf-8", newline="") as file:
        read = [Known(r["text"], r["kind"], r["target"], SHIPPED) for r in csv.DictReader(file)]
    return own + [known for known in read if known.text not in said]


def _exists(intent: str, own: Collection[str]) -> bool:
    return intent in TITLES or intent in own


def verdict(parse: Parse, kind: str) -> str:
    """What a parse result says: the FAQ entry that answers, or the intent that was understood."""
    if kind == confirmed.FAQ:
        found = parse.get("faq") or {}
        best = next(iter(found.get("candidates") or ()), None)
        return str(found.get("exact") or (best["faq_id"] if best and found.get("accepted") else ""))
    gate = parse.get("gate") or {}
    return str(gate.get("intent") or (parse.get("intent") or {}).get("name") or "")


async def regression(
    questions: Sequence[Known],
    live: Gateway | None,
    candidate: Gateway,
    own: Mapping[str, str] = NO_TITLES,
) -> dict[str, Any]:
    """Verdicts of both models; `live` None: there is nothing to be worse than.

    `own` are the titles of the owner's intents. Raises AssistantUnavailable, AssistantFailed
    when a model does not answer.
    """
    changed: dict[str, list[dict[str, Any]]] = {"broken": [], "fixed": [], "wrong": []}
    right = {"live": 0, "candidate": 0}
    for known in questions:
        new = verdict(await _parsed(candidate, known.text), known.kind)
        old = verdict(await _parsed(live, known.text), known.kind) if live else ""
        was, now = old == known.target, new == known.target
        right["live"] += was
        right["candidate"] += now
        if was and now:
            continue
        kind = "broken" if was else "fixed" if now else "wrong"
        changed[kind].append(_row(known, old, new, own))
    return {"asked": len(questions), "right": right, **changed}


async def _parsed(gateway: Gateway, text: str) -> Parse:
    """One slow answer in a busy show is no reason to train again."""
    for _ in range(PATIENCE):
        try:
            return await gateway.parse(text)
        except AssistantUnavailable:
            await asyncio.sleep(PAUSE)
    return await gateway.parse(text)


def _row(known: Known, old: str, new: str, own: Mapping[str, str]) -> dict[str, Any]:
    def named(verdict: str) -> str:
        return verdict if known.kind == confirmed.FAQ else title_of(verdict, own)

    return {
        "text": known.text,
        "kind": known.kind,
        "target": named(known.target),
        "live": named(old),
        "candidate": named(new),
        "source": known.source,
    }


def report(
    name: str,
    against: str,
    held_out: tuple[Mapping[str, Any], Mapping[str, Any]],
    regressed: Mapping[str, Any],
    own: Mapping[str, str] = NO_TITLES,
) -> dict[str, Any]:
    """The whole proof; `held_out` are the classifiers' reports, the serving one's first."""
    live, new = held_out
    return {
        "name": name,
        "against": against,
        "made_at": datetime.now(UTC).isoformat(),
        "scores": {"live": _scores(live), "candidate": _scores(new)},
        "intents": _intents(live, new, own),
        "confusions": [
            {
                "truth": title_of(row["truth"], own),
                "predicted": title_of(row["predicted"], own),
                "count": row["count"],
                "examples": row["examples"],
            }
            for row in new.get("confusions") or ()
        ],
        "regression": regressed,
    }


def _scores(measured: Mapping[str, Any]) -> dict[str, Any]:
    return {key: measured.get(key) for key in ("accuracy", "macro_f1", "threshold")}


def _intents(
    live: Mapping[str, Any], new: Mapping[str, Any], own: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Each intent's figures beside those of the serving model; the worst first."""
    before, rows = live.get("intents") or {}, new.get("intents") or {}
    listed = [
        {
            "name": name,
            "title": title_of(name, own),
            "n": row["n"],
            "precision": row["precision"],
            "recall": row["recall"],
            "f1": row["f1"],
            "f1_before": (before.get(name) or {}).get("f1"),
        }
        for name, row in rows.items()
        if row["n"]
    ]
    return sorted(listed, key=lambda row: (row["f1"], row["name"]))


def save(folder: Path, made: Mapping[str, Any]) -> None:
    """Keep a report beside the models."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{made['name']}.json"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    temporary.replace(path)


def read(folder: Path, name: str) -> dict[str, Any] | None:
    """The report of a model; None where it was never proved."""
    try:
        made: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return made
