"""What a model is trained on: the shipped comments, and the owner's own intents beside them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml import CSafeDumper as SafeDumper
from yaml import CSafeLoader as SafeLoader

from recsys.embedding import default_encoder
from shop.own_intents import OwnIntent

# When none of it changed, training again gives the same model.
SOURCES = (
    "config.yml", "rasa_project", "data/nlu", "data/rules", "data/stories",
    "data/encoder/faq_groups.csv",
)  # fmt: skip
OWN_REPLY = "action_own_reply"
COMMENTS, OWN_RULES = "comments.yml", "own_rules.yml"


@dataclass(frozen=True, slots=True)
class Lessons:
    """What `rasa train` is given: the folder of its domain, its data's files and folders."""

    domain: Path
    data: tuple[Path, ...]


def prepare(root: Path, folder: Path, own: Sequence[OwnIntent]) -> Lessons:
    """Write all comments and the owner's part into `folder`, which is made afresh.

    The comments go into one file: of several, Rasa copies all that it has read once more for
    each further one, which took half of a training.
    """
    shutil.rmtree(folder, ignore_errors=True)
    domain = folder / "domain"
    shutil.copytree(root / "rasa_project" / "domain", domain)
    comments = [*shipped(root / "data" / "nlu"), *(_examples(intent) for intent in own)]
    _dump(folder / COMMENTS, {"nlu": comments})
    data = (folder / COMMENTS, root / "data" / "rules", root / "data" / "stories")
    if not own:
        return Lessons(domain, data)
    _dump(domain / "own.yml", {"intents": [intent.name for intent in own]})
    _dump(folder / OWN_RULES, {"rules": [_rule(intent) for intent in own]})
    return Lessons(domain, (*data, folder / OWN_RULES))


def fingerprint(root: Path) -> str:
    """SHA-256 over all that a model is made from and the project brings, the encoder included.

    Not the owner's intents: a start must not train and publish them behind the owner's back.
    """
    digest = hashlib.sha256(default_encoder().fingerprint.encode())
    for path in _files(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for name in SOURCES:
        path = root / name
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        yield from (p for p in found if p.suffix in (".yml", ".py", ".json", ".txt", ".csv"))


def shipped(folder: Path) -> Iterator[dict[str, str]]:
    """The blocks of training comments in a folder: each an intent and its examples, a line each."""
    for path in sorted(folder.glob("*.yml")):
        yield from yaml.load(path.read_text("utf-8"), SafeLoader)["nlu"]


def _examples(intent: OwnIntent) -> dict[str, str]:
    return {"intent": intent.name, "examples": "".join(f"- {text}\n" for text in intent.examples)}


def _rule(intent: OwnIntent) -> dict[str, Any]:
    steps = [{"intent": intent.name}, {"action": _action(intent)}]
    return {"rule": intent.name, "steps": steps}


def _action(intent: OwnIntent) -> str:
    return intent.action or OWN_REPLY


def _dump(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {"version": "3.1", **content}
    text = yaml.dump(whole, Dumper=SafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, "utf-8")
