"""`boxiaoer replay FILE`: a recorded room through the running web, and what came of it."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shop import rooms
from shop.settings import Settings
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation
from web.jobs import recording
from web.jobs.recording import BadRecording, Entry, Label
from web.jobs.replay import Replay, ReplayFailed, Run
from web.rooms.reasons import ADMIT, DROPPED, TRIAGE, label

_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - listened on, not asked
_MISSED_SHOWN = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """FILE and how to replay it."""
    parser.add_argument("file", type=Path, metavar="FILE", help="recorded room, JSONL")
    parser.add_argument("--speed", type=_not_negative, default=1.0, metavar="X",
                        help="times real time; 0: as fast as possible (default 1)")  # fmt: skip
    parser.add_argument("--room", help="room to push into (default: the recording's)")
    parser.add_argument("--create-room", action="store_true", help="make the room first")
    parser.add_argument("--noise", type=Path, metavar="FILE",
                        help="real chatter to mix in, CSV with user_hash,text")  # fmt: skip
    parser.add_argument("--noise-rate", type=_not_negative, default=1.0, metavar="N",
                        help="noise comments per comment (default 1)")  # fmt: skip
    parser.add_argument("--labels", type=Path, metavar="FILE",
                        help="what each comment is, CSV with id,kind,intent")  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="of the noise drawn (default 0)")
    parser.add_argument("--keep-ids", action="store_true",
                        help="send ids as recorded: a second run is all duplicates")  # fmt: skip
    parser.add_argument("--url", help="of the running web (default: from the settings)")
    parser.add_argument("--patience", type=float, default=180.0, metavar="S",
                        help="seconds without any progress before giving up")  # fmt: skip


def run(parsed: argparse.Namespace) -> int:
    """0 when every comment has exactly one outcome, else 1."""
    with installation() as here:
        try:
            entries, room, labels = _read(parsed)
            if parsed.create_room:
                with here.database.begin() as session:
                    rooms.create_room(session, room)
            prefix = "" if parsed.keep_ids else f"{secrets.token_hex(4)}-"
            found = asyncio.run(_replay(parsed, here, room, entries, prefix))
        except (BadRecording, ReplayFailed) as error:
            raise CommandFailed(str(error)) from error
    for line in report(found):
        print(line)
    if labels:
        print("\n".join(missed(found.rows, labels, prefix)))
    return 1 if found.without_outcome or found.with_two else 0


def _read(parsed: argparse.Namespace) -> tuple[list[Entry], str, dict[str, Label]]:
    room, entries = recording.read(parsed.file)
    noise = recording.read_noise(parsed.noise) if parsed.noise else []
    labels = recording.read_labels(parsed.labels) if parsed.labels else {}
    mixed = list(recording.mixed(entries, noise, parsed.noise_rate, parsed.seed))
    return mixed, parsed.room or room, labels


async def _replay(
    parsed: argparse.Namespace, here: Installation, room: str, entries: list[Entry], prefix: str
) -> Run:
    url = parsed.url or _url(here.settings)
    replay = Replay(url, here.secrets.ingest_key, room, speed=parsed.speed, prefix=prefix)
    return await replay.run(entries, parsed.patience)


def _url(settings: Settings) -> str:
    return f"http://{_ANYWHERE.get(settings.host, settings.host)}:{settings.port}"


def _not_negative(text: str) -> float:
    number = float(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must be 0 or more")
    return number


def report(found: Run) -> list[str]:
    """The table that the command prints; times in seconds."""
    kinds = Counter(row["outcome"]["kind"] for row in found.rows)
    questions = kinds["answered"] + kinds["merged"] + kinds["handed_over"]
    lines = [
        _line("comments in", found.sent),
        _line("accepted", found.accepted),
        _line("duplicates", found.duplicates),
        _line("questions found", questions),
        _line("answered", kinds["answered"]),
        _line("merged", kinds["merged"]),
        _line("handed over", kinds["handed_over"]),
        *_reasons(found.rows, "handed_over"),
        _line("dropped", kinds["dropped"]),
        *_reasons(found.rows, "dropped"),
        *_times(found.rows),
        _line("pushed in", f"{found.push_seconds:.1f} s"),
        _line("all decided in", f"{found.seconds:.1f} s"),
        _line("without outcome", found.without_outcome),
        _line("with two outcomes", found.with_two),
    ]
    if found.unknown_skus:
        lines.append("not in this shop, so nothing on air: " + ", ".join(found.unknown_skus))
    return lines


def _line(name: str, value: object) -> str:
    return f"{name:<24}{value!s:>10}"


def _reasons(rows: Sequence[Mapping[str, Any]], kind: str) -> list[str]:
    found = Counter(r["outcome"]["reason"] for r in rows if r["outcome"]["kind"] == kind)
    return [f"{_line('  ' + code, n)}  {label(kind, code)}" for code, n in found.most_common()]


def _times(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """From receipt to decision, of the questions that got an answer (answered or merged)."""
    seconds = sorted(
        row["outcome"]["seconds"]
        for row in rows
        if row["outcome"]["kind"] in ("answered", "merged")
    )
    if not seconds:
        return [_line("time to answer", "none answered")]
    return [
        _line(f"time to answer p{share}", f"{percentile(seconds, share):.2f} s")
        for share in (50, 99)
    ]


def percentile(ordered: Sequence[float], share: int) -> float:
    """The smallest value that at least `share` percent do not exceed (nearest rank)."""
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def missed(
    rows: Sequence[Mapping[str, Any]], labels: Mapping[str, Label], prefix: str
) -> list[str]:
    """Of the labelled questions, those dropped: before they were understood, and after."""
    asked = [
        row
        for row in rows
        if (one := labels.get(row["comment"]["id"].removeprefix(prefix))) is not None
        and one.kind == "question"
    ]
    dropped = [row for row in asked if row["outcome"]["kind"] == "dropped"]
    unread = [row for row in dropped if _stage(row) in (ADMIT, TRIAGE)]
    lines = [
        _line("labelled questions", len(asked)),
        _line("missed by triage", len(unread)),
        _line("dropped as understood", len(dropped) - len(unread)),
    ]
    for row in dropped[:_MISSED_SHOWN]:
        lines.append(f"  {row['outcome']['reason']:<16}{row['comment']['text']}")
    return lines


def _stage(row: Mapping[str, Any]) -> str:
    reason = DROPPED.get(row["outcome"]["reason"])
    return reason.stage if reason else ""
