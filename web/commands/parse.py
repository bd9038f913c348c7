"""`boxiaoer parse TEXT`: how the running assistant reads a text, and why."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from shop.settings import Secrets, Settings
from web.commands.failure import CommandFailed
from web.commands.installation import installation
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway


def arguments(parser: argparse.ArgumentParser) -> None:
    """TEXT, and --json for the whole of it."""
    parser.add_argument("text", metavar="TEXT")
    parser.add_argument("--json", action="store_true", help="print the whole result as JSON")


def run(parsed: argparse.Namespace) -> int:
    """Ask the running Rasa and print intent, entities, FAQ candidates and the gate's verdict."""
    with installation() as here:
        try:
            found = asyncio.run(_parse(here.settings, here.secrets, parsed.text))
        except (AssistantFailed, AssistantUnavailable) as error:
            raise CommandFailed(f"{error}; is `make run` running?") from error
    print(json.dumps(found, ensure_ascii=False, indent=1) if parsed.json else _summary(found))
    return 0


async def _parse(settings: Settings, secrets: Secrets, text: str) -> dict[str, Any]:
    url = f"http://127.0.0.1:{_port(settings)}"
    gateway = Gateway(lambda: url, secrets.shared_secret)
    await gateway.open()
    try:
        return dict(await gateway.parse(text))
    finally:
        await gateway.close()


def _port(settings: Settings) -> int:
    """The port of the newest Rasa: a published model starts on another one."""
    noted = sorted(
        (settings.var / "web").glob("rasa-*.json"), key=lambda path: path.stat().st_mtime
    )
    return int(noted[-1].stem.removeprefix("rasa-")) if noted else settings.rasa_port


def _summary(found: dict[str, Any]) -> str:
    gate, intent = found.get("gate", {}), found["intent"]
    lines = [f"intent    {intent['name']} {intent['confidence']:.3f}"]
    lines += [f"entity    {e['entity']} = {e['value']}" for e in found.get("entities", [])]
    lines += [
        f"faq       {c['faq_id']} {c['score']:.3f} {c['phrase']}"
        for c in found.get("faq", {}).get("candidates", [])
    ]
    return "\n".join([*lines, f"verdict   {gate.get('verdict')}: {gate.get('reason')}"])
