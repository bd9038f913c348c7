"""`boxiaoer intents`: the owner's own intents, from the command line."""

from __future__ import annotations

import argparse

from shop import own_intents
from shop.own_intent_draft import ACTIONS, OwnIntentDraft
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation

NEXT = "learnt at the next training, used from its publishing"


def arguments(parser: argparse.ArgumentParser) -> None:
    """list, add TITLE --examples … --reply TEXT | --action NAME, delete NAME."""
    todo = parser.add_subparsers(dest="todo", required=True, metavar="list|add|delete")
    todo.add_parser("list", help="all of them")
    adding = todo.add_parser("add", help=NEXT)
    adding.add_argument("title")
    adding.add_argument("--examples", nargs="+", required=True, metavar="TEXT")
    answer = adding.add_mutually_exclusive_group(required=True)
    answer.add_argument("--reply", default="", metavar="TEXT")
    answer.add_argument("--action", default="", choices=ACTIONS, metavar="NAME")
    deleting = todo.add_parser("delete", help="gone from the next training on")
    deleting.add_argument("name")


def run(parsed: argparse.Namespace) -> int:
    """List, add or delete."""
    with installation() as here:
        {"list": _list, "add": _add, "delete": _delete}[parsed.todo](here, parsed)
    return 0


def _list(here: Installation, parsed: argparse.Namespace) -> None:
    with here.database.read() as session:
        found = own_intents.all_own(session)
    for intent in found:
        print(f"{intent.name}  {intent.title}  {len(intent.examples)} examples")
    print(f"{len(found)} own intents")


def _add(here: Installation, parsed: argparse.Namespace) -> None:
    draft = OwnIntentDraft(parsed.title, tuple(parsed.examples), parsed.reply, parsed.action)
    with here.database.begin() as session:
        made = own_intents.create(session, draft)
    print(f"{made.name}: {NEXT}")


def _delete(here: Installation, parsed: argparse.Namespace) -> None:
    with here.database.begin() as session:
        found = {intent.name: intent for intent in own_intents.all_own(session)}
        if parsed.name not in found:
            raise CommandFailed(
                f"no own intent is called {parsed.name}; see: boxiaoer intents list"
            )
        own_intents.remove(session, parsed.name, found[parsed.name].version)
    print(f"{parsed.name} is deleted")
