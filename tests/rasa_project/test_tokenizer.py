"""LiveTokenizer: words of the original text, the shop's names whole, jieba's globals untouched."""

from __future__ import annotations

import json
from pathlib import Path

import jieba
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from rasa_project.nlu.tokenizer import LiveTokenizer


def tokenizer(var: Path, monkeypatch: pytest.MonkeyPatch) -> LiveTokenizer:
    monkeypatch.setenv("BOXIAOER_VAR", str(var))
    context = ExecutionContext(GraphSchema({}), node_name="tokenizer")
    return LiveTokenizer.create({}, None, Resource("tokenizer"), context)


def words(component: LiveTokenizer, text: str) -> list[str]:
    message = Message({TEXT: text})
    component.process([message])
    tokens = message.get("text_tokens")
    assert [token.text for token in tokens] == [
        token.text for token in sorted(tokens, key=lambda token: token.start)
    ]
    return [text[token.start : token.end] for token in tokens]


@pytest.mark.parametrize(
    "text",
    [
        "这个多少钱",
        "ＡＢＣ １２３",
        "3 号  链接",
        "請問這款吹風機多少錢",
        "😂哈哈",
        "㎏多少",
        "  好  ",
    ],
)
def test_tokens_cover_the_text_and_none_is_blank(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = words(tokenizer(tmp_path, monkeypatch), text)
    assert "".join(found) == "".join(text.split())
    assert all(word.strip() for word in found)


def test_names_of_the_shop_stay_whole_as_soon_as_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    component = tokenizer(tmp_path, monkeypatch)
    name = "凤鸣朝露精华"
    assert name not in words(component, f"{name}多少钱")
    product = {"sku": "S1", "name": name, "aliases": [], "link_no": 1, "category": ""}
    snapshot = tmp_path / "snapshots" / "lexicon.json"
    snapshot.parent.mkdir()
    content = {"version": "1", "products": [product]}
    snapshot.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    assert words(component, f"{name}多少钱")[0] == name
    assert name not in jieba.dt.FREQ


def test_an_unknown_setting_is_named() -> None:
    context = ExecutionContext(GraphSchema({}), node_name="tokenizer")
    with pytest.raises(InvalidConfigException, match="dictionary_path"):
        LiveTokenizer.create({"dictionary_path": "x"}, None, Resource("tokenizer"), context)
