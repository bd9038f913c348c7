"""`boxiaoer train`: the assistant in its own environment, then the recommenders."""

from __future__ import annotations

import argparse
import sys

from web.commands.installation import Installation, installation
from web.jobs import assistant, demo, fit, publish, triage
from web.jobs.child import JobFailed


def arguments(parser: argparse.ArgumentParser) -> None:
    """--if-needed skips what has not changed; --publish puts the new model to service."""
    parser.add_argument(
        "--if-needed", action="store_true", help="do nothing where nothing has changed"
    )
    parser.add_argument(
        "--publish", action="store_true", help="serve the new assistant from the next start"
    )


def run(parsed: argparse.Namespace) -> int:
    """Train everything and print what was made."""
    with installation() as here:
        train(here, if_needed=parsed.if_needed, publish_new=parsed.publish or parsed.if_needed)
    return 0


def train(here: Installation, *, if_needed: bool, publish_new: bool = True) -> None:
    """Snapshots first: the tokenizer learns the catalogue's words from them.

    A new model waits as a candidate unless `publish_new`; the first one serves at once.
    """
    demo.load_if_empty(here.database, here.root, here.secrets.viewer_key, here.settings.var)
    published = publish.publish(here.database, here.settings.var)
    print(f"snapshots: {published.phrases} FAQ phrases, {published.products} products")
    model, new = assistant.train(
        here.settings, here.secrets, here.root, here.database, if_needed=if_needed
    )
    store = assistant.versions(here.settings)
    if new and (publish_new or not any(version.published for version in store.listed())):
        store.publish(model.name, assistant.SETUP)
    print(
        f"assistant: {model.file}, {'trained in' if new else 'unchanged, took'} {model.seconds} s"
    )
    print(f"triage: {triage.ensure(here.settings.var, here.root)}")
    try:
        for line in fit.fit(here.database, here.settings.var, if_needed=if_needed):
            print(line)
    except JobFailed as error:
        # At a start the models before are good enough; who asked for a fit is told.
        if not if_needed:
            raise
        print(error, file=sys.stderr)
