"""The console script `boxiaoer`: one subcommand a row, every error one line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple

from recsys.embedding import EncoderMissing
from shop.errors import ShopError
from shop.settings import SettingsError
from web.commands import (
    bench,
    faq,
    importing,
    inbox,
    intents,
    models,
    parse,
    replay,
    serve,
    train,
    words,
)
from web.commands.failure import CommandFailed
from web.jobs.assistant import NoModel
from web.jobs.child import JobFailed
from web.jobs.versions import UnknownVersion

# What a person may cause; everything else is our mistake and shows its trace.
EXPECTED = (
    CommandFailed,
    EncoderMissing,
    JobFailed,
    NoModel,
    SettingsError,
    ShopError,
    UnknownVersion,
)


class Command(NamedTuple):
    """One subcommand: its help, what it adds to its parser, what it does."""

    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS: dict[str, Command] = {
    "run": Command("start everything, making what is missing", serve.arguments, serve.run),
    "import": Command(
        "load products, FAQ, orders or events from CSV or XLSX", importing.arguments, importing.run
    ),
    "train": Command("train the assistant and the recommenders", train.arguments, train.run),
    "models": Command("list the trained assistants", models.list_arguments, models.list_models),
    "publish": Command(
        "put a trained assistant to service", models.publish_arguments, models.publish
    ),
    "rollback": Command(
        "go back to an assistant that served before", models.rollback_arguments, models.rollback
    ),
    "faq": Command(
        "list, add, change or delete questions and answers", faq.faq_arguments, faq.run_faq
    ),
    "inbox": Command(
        "what was not answered well, in groups: list and settle", inbox.arguments, inbox.run
    ),
    "intents": Command("list, add or delete intents of your own", intents.arguments, intents.run),
    "words": Command(
        "words that drop a comment or may not be said: list, add, delete, check",
        words.arguments,
        words.run,
    ),
    "export": Command("write the FAQ to CSV or XLSX", faq.export_arguments, faq.run_export),
    "parse": Command("show how the running assistant reads a text", parse.arguments, parse.run),
    "replay": Command("push a recorded room through the running web", replay.arguments, replay.run),
    "bench": Command("run a benchmark; `bench all` runs every one", bench.arguments, bench.run),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a subcommand and return the exit code: 0 done, 1 refused or failed, 2 bad usage."""
    parser = argparse.ArgumentParser(prog="boxiaoer", description="播小二, the shop assistant")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        sub = commands.add_parser(name, help=command.help, description=command.help)
        command.arguments(sub)
    arguments = parser.parse_args(argv)
    try:
        return COMMANDS[arguments.command].run(arguments)
    except EXPECTED as error:
        print(f"boxiaoer {arguments.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
