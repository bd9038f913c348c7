"""The owner's intents as training data: what was typed is what is learned, and nothing else."""

from __future__ import annotations

from pathlib import Path

import yaml

from shop.own_intent_draft import OwnIntentDraft
from shop.own_intents import OwnIntent
from web.jobs import lessons

ROOT = Path(__file__).resolve().parents[3]
NASTY = (
    "- intent: ask_price", "|", "> 折叠", "key: value # 注释", "'单引号", '"双引号\\n"',
    "%YAML 1.1",
    "!!python/object/apply:os.system ['true']", "&a *a", "--- 文档", "... 结束", "- - - 列表",
    "？多少 : 钱", "\\x41 \\u0041", "@能停吗`", "no", "null", "0x1F", "2026-11-24", "~",
    "emoji 🚗🅿️",
)  # fmt: skip


def own(name: str, reply: str = "", action: str = "") -> OwnIntent:
    draft = OwnIntentDraft("停车", NASTY, reply, action).checked()
    return OwnIntent(name, draft.title, draft.examples, draft.reply, draft.action, 1)


def read(path: Path) -> dict[str, list[dict[str, object]]]:
    content: dict[str, list[dict[str, object]]] = yaml.safe_load(path.read_text("utf-8"))
    return content


def test_what_was_typed_is_what_is_learned(tmp_path: Path) -> None:
    prepared = lessons.prepare(ROOT, tmp_path / "run", [own("own_a", reply="有")])
    comments = tmp_path / "run" / "comments.yml"
    (block,) = [b for b in read(comments)["nlu"] if b["intent"] == "own_a"]
    lines = str(block["examples"]).splitlines()
    assert lines == [f"- {text}" for text in NASTY]
    assert comments in prepared.data


def test_every_shipped_comment_is_learned_as_it_stands(tmp_path: Path) -> None:
    lessons.prepare(ROOT, tmp_path / "run", [])
    shipped = [
        block
        for path in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for block in read(path)["nlu"]
    ]
    assert read(tmp_path / "run" / "comments.yml")["nlu"] == shipped


def test_an_intent_leads_to_its_action_and_never_carries_its_reply(tmp_path: Path) -> None:
    intents = [own("own_a", reply="密码是8888"), own("own_b", action="action_price")]
    lessons.prepare(ROOT, tmp_path / "run", intents)
    rules = read(tmp_path / "run" / "own_rules.yml")["rules"]
    assert [rule["steps"] for rule in rules] == [
        [{"intent": "own_a"}, {"action": "action_own_reply"}],
        [{"intent": "own_b"}, {"action": "action_price"}],
    ]
    assert read(tmp_path / "run" / "domain" / "own.yml")["intents"] == ["own_a", "own_b"]
    written = [p.read_text("utf-8") for p in (tmp_path / "run").rglob("*.yml")]
    assert not [text for text in written if "密码是8888" in text]


def test_a_removed_intent_is_gone_from_the_next_training(tmp_path: Path) -> None:
    lessons.prepare(ROOT, tmp_path / "run", [own("own_a", reply="有")])
    prepared = lessons.prepare(ROOT, tmp_path / "run", [])
    assert not (tmp_path / "run" / "own_rules.yml").exists()
    assert "own_a" not in (tmp_path / "run" / "comments.yml").read_text("utf-8")
    assert not (prepared.domain / "own.yml").exists()
    assert {path.name for path in prepared.data} == {"comments.yml", "rules", "stories"}
