"""`boxiaoer words`: the owner's words for moderation and the advertising law."""

from __future__ import annotations

import argparse

from shop import words
from shop.word_draft import KINDS, WordDraft
from shop.words import Word
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation
from web.rooms import wording
from web.words.trying import tried

LIVE = "in force within a second"


def arguments(parser: argparse.ArgumentParser) -> None:
    """list, add KIND WORD, delete WORD, check TEXT."""
    todo = parser.add_subparsers(dest="todo", required=True, metavar="list|add|delete|check")
    todo.add_parser("list", help="the words of your own")
    adding = todo.add_parser("add", help=LIVE)
    adding.add_argument("kind", choices=KINDS)
    adding.add_argument("word")
    instead = "said in place of a forbidden word; without it the text is held"
    adding.add_argument("--replacement", default="", metavar="TEXT", help=instead)
    adding.add_argument("--sounds", action="store_true", help="also other words of this sound")
    adding.add_argument("--note", default="", metavar="TEXT")
    deleting = todo.add_parser("delete", help=LIVE)
    deleting.add_argument("word")
    deleting.add_argument("--kind", choices=KINDS, help="where the word is in several lists")
    checking = todo.add_parser("check", help="what becomes of a sentence, and by which rule")
    checking.add_argument("text")


def run(parsed: argparse.Namespace) -> int:
    """List, add, delete or check."""
    todo = {"list": _list, "add": _add, "delete": _delete, "check": _check}
    with installation() as here:
        todo[parsed.todo](here, parsed)
    return 0


def _list(here: Installation, parsed: argparse.Namespace) -> None:
    found = _words(here)
    for word in found:
        said = f" → {word.replacement}" if word.replacement else ""
        marks = f"{' (sounds)' if word.sounds else ''}{'' if word.enabled else ' (off)'}"
        print(f"{word.kind}  {word.word}{said}{marks}{'  ' + word.note if word.note else ''}")
    print(f"{len(found)} words of your own")


def _add(here: Installation, parsed: argparse.Namespace) -> None:
    draft = WordDraft(
        parsed.kind, parsed.word, parsed.replacement, sounds=parsed.sounds, note=parsed.note
    )
    with here.database.begin() as session:
        made = words.create(session, draft)
    print(f"{made.word}: {LIVE}")


def _delete(here: Installation, parsed: argparse.Namespace) -> None:
    found = [w for w in _words(here) if w.word == parsed.word and parsed.kind in (None, w.kind)]
    if not found:
        raise CommandFailed(f"no word of yours is {parsed.word}; see: boxiaoer words list")
    if len(found) > 1:
        kinds = ", ".join(word.kind for word in found)
        raise CommandFailed(f"{parsed.word} is in {kinds}; say which with --kind")
    with here.database.begin() as session:
        words.remove(session, found[0].pk, found[0].version)
    print(f"{parsed.word} is deleted")


def _check(here: Installation, parsed: argparse.Namespace) -> None:
    verdict = tried(parsed.text, wording.of(_words(here)))
    comment, said = verdict["comment"], verdict["said"]
    if comment is None:
        print("as a comment: passes")
    else:
        why = f"{comment['label']}, {comment['how']}「{comment['word']}」"
        print(f"as a comment: dropped ({comment['reason']}: {why}, found as {comment['found']})")
    what = "held" if said["held"] else f"said as {said['text']}" if said["hits"] else "passes"
    print(f"as an answer: {what}")
    for hit in said["hits"]:
        instead = f" → {hit['replacement']}" if hit["replacement"] else ""
        print(f"  {hit['article']}「{hit['rule']}」: {hit['found']}{instead}")


def _words(here: Installation) -> list[Word]:
    with here.database.read() as session:
        return words.all_words(session)
