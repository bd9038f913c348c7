"""What users may rely on is written down: intents, entities, settings, routes, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from actions import names
from actions.replies.table import INTENT_ACTIONS
from shop.settings import PREFIX, SETTINGS
from web.cli import COMMANDS
from web.commands import bench

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text("utf-8")


def domain() -> dict[str, list[str]]:
    whole: dict[str, list[str]] = {"intents": [], "entities": [], "actions": []}
    for path in sorted((ROOT / "rasa_project" / "domain").glob("*.yml")):
        part = yaml.safe_load(path.read_text("utf-8"))
        for key in whole:
            entries = part.get(key) or []
            whole[key] += [e if isinstance(e, str) else next(iter(e)) for e in entries]
    return whole


def test_intents_are_the_same_in_code_domain_and_document() -> None:
    intents = set(names.INTENTS) | set(names.GATE_INTENTS)
    assert set(domain()["intents"]) == intents
    assert set(INTENT_ACTIONS) == intents
    assert not [name for name in intents if f"`{name}`" not in read("docs", "understanding.md")]


def test_entities_are_the_same_in_code_domain_and_document() -> None:
    assert set(domain()["entities"]) >= set(names.ENTITIES)
    assert not [e for e in names.ENTITIES if f"`{e}`" not in read("docs", "understanding.md")]


def test_every_action_that_answers_is_in_the_domain() -> None:
    assert set(INTENT_ACTIONS.values()) <= set(domain()["actions"])


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_settings_are_documented(setting: object) -> None:
    assert f"`{PREFIX}{setting.name.upper()}`" in read("docs", "settings.md")


def test_every_route_is_documented() -> None:
    text = read("docs", "http.md")
    written = (ROOT / "web").rglob("*.py")
    routes = {
        found
        for path in written
        for found in re.findall(
            r'add_(?:get|post|put|delete|route)\(\s*"(/[^"]*)"', path.read_text()
        )
    }
    assert routes
    assert not sorted(route for route in routes if f"`{route}`" not in text and route not in text)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_are_in_both_readmes(command: str) -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        assert f"boxiaoer {command}" in read(readme)


@pytest.mark.parametrize("name", bench.names())
def test_benchmarks_are_documented(name: str) -> None:
    assert f"boxiaoer bench {name}" in read("docs", "benchmarks.md")


def test_first_command_of_the_readme_comes_early() -> None:
    lines = read("README.md").splitlines()
    assert any("make run" in line for line in lines[:35])


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "README.zh-CN.md"]:
        for target in re.findall(r"\]\((?!http)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name} -> {target}"
