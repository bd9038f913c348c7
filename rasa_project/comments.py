"""The project's training comments, as the featurizer will meet them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
from yaml import CSafeLoader as SafeLoader

from rasa_project.language.slang import plain


class Comment(NamedTuple):
    """A comment written out in plain Chinese, its intent, and the file it stands in."""

    text: str
    intent: str
    file: str


def read_comments(folder: Path) -> Iterator[Comment]:
    """Every comment of the training files in a folder."""
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.load(path.read_text("utf-8"), SafeLoader)["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield Comment(plain(line[2:].strip()), block["intent"], path.name)
