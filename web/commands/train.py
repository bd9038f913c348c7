"""`boxiaoer train`: the assistant in its own environment, then the recommenders."""

from __future__ import annotations

import argparse

from web.commands.installation import Installation, installation
from web.jobs import assistant, demo, fit, publish, triage


def arguments(parser: argparse.ArgumentParser) -> None:
    """--if-needed skips what has not changed."""
    parser.add_argument(
        "--if-needed", action="store_true", help="do nothing where nothing has changed"
    )


def run(parsed: argparse.Namespace) -> int:
    """Train everything and print what was made."""
    with installation() as here:
        train(here, if_needed=parsed.if_needed)
    return 0


def train(here: Installation, *, if_needed: bool) -> None:
    """Snapshots first: the tokenizer learns the catalogue's words from them."""
    demo.load_if_empty(here.database, here.root, here.secrets.viewer_key, here.settings.var)
    published = publish.publish(here.database, here.settings.var)
    print(f"snapshots: {published.phrases} FAQ phrases, {published.products} products")
    model, new = assistant.train(
        here.settings, here.secrets, here.root, here.database, if_needed=if_needed
    )
    if new:
        assistant.versions(here.settings).publish(model.name, assistant.SETUP)
    print(
        f"assistant: {model.file}, {'trained in' if new else 'unchanged, took'} {model.seconds} s"
    )
    print(f"triage: {triage.ensure(here.settings.var, here.root)}")
    for line in fit.fit(here.database, here.settings.var, if_needed=if_needed):
        print(line)
