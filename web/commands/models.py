"""`boxiaoer models`, `publish NAME`, `rollback [NAME]`: which trained assistant serves."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from web.commands import console_call
from web.commands.console_call import NotRunning
from web.commands.failure import CommandFailed
from web.commands.installation import Installation, installation
from web.jobs import assistant
from web.jobs.versions import NoModel, Version, Versions

OWNER = "owner"


def list_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to say."""


def publish_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME, and --override REASON."""
    parser.add_argument("name", metavar="NAME", help="as `boxiaoer models` lists it")
    parser.add_argument(
        "--override", metavar="REASON", default="", help="publish although answers break"
    )


def rollback_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME, by default the version that served before."""
    parser.add_argument("name", metavar="NAME", nargs="?", help="default: the one before")


def list_models(parsed: argparse.Namespace) -> int:
    """Print every version, the serving one marked."""
    with installation() as here:
        store = assistant.versions(here.settings)
        try:
            live = store.current().name
        except NoModel:
            live = ""
        for version in store.listed():
            print(_line(version, version.name == live))
    return 0


def publish(parsed: argparse.Namespace) -> int:
    """Through the running web, without a missed message; else for the next start."""
    with installation() as here:
        path = f"models/{parsed.name}/publish"
        told = _ask(here, path, {"override": parsed.override})
        if told is None:
            version = assistant.versions(here.settings).get(parsed.name)
            if not version.published and not parsed.override:
                raise CommandFailed(
                    "web is not running, so nothing can be compared: start it, "
                    "or give --override REASON"
                )
            _point(assistant.versions(here.settings), parsed.name, parsed.override)
    return 0


def rollback(parsed: argparse.Namespace) -> int:
    """Back to a version that served before."""
    with installation() as here:
        store = assistant.versions(here.settings)
        name = parsed.name or _before(store)
        if not store.get(name).published:
            raise CommandFailed(f"{name} never served; publish it instead")
        if _ask(here, f"models/{name}/rollback", {}) is None:
            _point(store, name, "rollback")
    return 0


def _ask(here: Installation, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """The running web's answer; None when none runs."""
    try:
        told = asyncio.run(console_call.call(here, "POST", path, body))
    except NotRunning:
        return None
    print(f"{told['name']} serves")
    return told


def _point(store: Versions, name: str, reason: str) -> None:
    store.publish(name, OWNER, reason)
    print(f"{name} will serve from the next start")


def _before(store: Versions) -> str:
    live = store.current().name
    served = [v for v in store.listed() if v.published and v.name != live]
    if not served:
        raise CommandFailed("no other version has served yet")
    return max(served, key=lambda version: version.published[-1].at).name


def _line(version: Version, live: bool) -> str:
    accuracy = version.scores.get("accuracy")
    scored = f"{accuracy:.1%}" if isinstance(accuracy, float) else "-"
    last = version.published[-1] if version.published else None
    served = f"{last.by} {last.at[:16]} {last.reason}".rstrip() if last else "candidate"
    mark = "*" if live else " "
    return f"{mark} {version.name}  {version.sha256[:8]}  held out {scored}  {served}"
