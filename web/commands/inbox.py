"""`boxiaoer inbox`: what was not answered well, and the three things to do about a group of it."""

from __future__ import annotations

import argparse

from shop import faq, faq_editing, inbox
from shop.faq_draft import FaqDraft
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation
from web.jobs import publish
from web.learning import inbox_view
from web.learning.book import read_index
from web.learning.inbox_view import Inbox
from web.learning.vectors import Vectors


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing: list; answer TITLE ANSWER; join TITLE FAQ_ID; ignore TITLE."""
    todo = parser.add_subparsers(dest="todo", metavar="answer|join|ignore")
    answering = todo.add_parser(
        "answer", help="a new entry from the group's wordings, live at once"
    )
    joining = todo.add_parser("join", help="the wordings to an entry that is there, live at once")
    ignoring = todo.add_parser("ignore", help="close the group without learning anything")
    for part in (answering, joining, ignoring):
        part.add_argument("title", help="of the group, as listed")
    answering.add_argument("answer")
    joining.add_argument("faq_id")


def run(parsed: argparse.Namespace) -> int:
    """List the groups, or settle one."""
    with installation() as here:
        read = inbox_view.read(here.database, read_index(here.settings.var), Vectors())
        if parsed.todo is None:
            _list(read)
            return 0
        group = next((group for group in read.groups if group["title"] == parsed.title), None)
        if group is None:
            raise CommandFailed(f"no open group is called {parsed.title!r}; see: boxiaoer inbox")
        print(_settle(here, parsed, group["pks"], tuple(group["texts"])))
        publish.publish(here.database, here.settings.var)
    return 0


def _list(read: Inbox) -> None:
    print(f"{read.open} open questions in {len(read.groups)} groups")
    for group in read.groups:
        near = group["matches"][0] if group["matches"] else None
        hint = f"  ~ {near['faq_id']} {near['question']}" if near else ""
        print(f"{group['count']:>4} × {group['title']}{hint}")


def _settle(
    here: Installation, parsed: argparse.Namespace, pks: list[int], texts: tuple[str, ...]
) -> str:
    others = tuple(text for text in texts if text != parsed.title)
    with here.database.begin() as session:
        if parsed.todo == "ignore":
            return f"{inbox.close(session, pks, inbox.IGNORED)} questions ignored"
        if parsed.todo == "answer":
            draft = FaqDraft(parsed.title, parsed.answer, others)
            entry, how = faq_editing.create(session, draft), inbox.NEW_FAQ
        else:
            version = faq.get(session, parsed.faq_id).version
            entry = faq_editing.add_phrases(session, parsed.faq_id, texts, version)
            how = inbox.SIMILAR
        inbox.learn(session, pks, how, entry, texts)
    return f"{entry.faq_id} is live"
